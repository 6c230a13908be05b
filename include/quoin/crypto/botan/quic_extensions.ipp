// SPDX-License-Identifier: BSL-1.0
/// \file
/// The parts of TLS messages that QUIC adds or restricts. Included by handshake.ipp.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/crypto/tls_messages.hpp>

#include <botan/tls_extensions.h>

#include <algorithm>
#include <vector>

namespace quoin {

namespace botan_detail {

/// RFC 9001 8.2.
class transport_parameters_extension final : public Botan::TLS::Extension {
 public:
  explicit transport_parameters_extension(std::vector<std::uint8_t> value) : value_(std::move(value)) {}
  Botan::TLS::Extension_Code type() const override {
    return static_cast<Botan::TLS::Extension_Code>(tls::extension::transport_parameters);
  }
  std::vector<std::uint8_t> serialize(Botan::TLS::Connection_Side) const override { return value_; }
  bool empty() const override { return false; }

 private:
  std::vector<std::uint8_t> value_;
};

/// Calls `visit(type, value)` for each extension in `list`, the extensions of a message without their own length.
/// False when the list is malformed.
template <class Visit>
bool for_each_extension(byte_view list, Visit visit) {
  byte_reader reader{list};
  while (!reader.empty()) {
    auto const type = reader.u16();
    auto const size = reader.u16();
    auto const value = reader.bytes(size.value_or(0));
    if (!type || !size || !value) return false;
    visit(*type, *value);
  }
  return true;
}

/// Checks a NewSessionTicket (RFC 8446 4.6.1), of which nothing is used as long as sessions are not resumed.
QUOIN_DECL result<> check_ticket(byte_view body) {
  byte_reader reader{body};
  reader.u32();  // lifetime
  reader.u32();  // age_add
  auto const nonce = reader.bytes(reader.u8().value_or(0));
  auto const ticket = nonce ? reader.bytes(reader.u16().value_or(0)) : std::nullopt;
  auto const size = reader.u16();
  if (!ticket || ticket->empty() || !size || reader.remaining() != *size) return tls::fail(tls::alert::decode_error);
  // RFC 9001 4.6.1: in QUIC the amount of early data is not limited here.
  auto limited = false;
  auto const whole = for_each_extension(reader.rest(), [&](std::uint16_t type, byte_view value) {
    if (type == tls::extension::early_data)
      limited = value.size() != 4 || !std::all_of(value.begin(), value.end(), [](auto byte) { return byte == 0xff; });
  });
  if (!whole) return tls::fail(tls::alert::decode_error);
  if (limited) return fail(error_code::protocol_violation, "TLS: session ticket limits early data");
  return {};
}

}  // namespace botan_detail

}  // namespace quoin
