// SPDX-License-Identifier: BSL-1.0
/// \file
/// The NewSessionTicket message (RFC 8446 4.6.1), read and written.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/crypto/tls_messages.hpp>

#include <algorithm>
#include <vector>

namespace quoin::tls {

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

/// What a server says about a session that may be resumed; views into the message.
struct new_session_ticket {
  std::uint32_t lifetime = 0;  ///< in seconds; 0 says not to use it
  std::uint32_t age_add = 0;
  byte_view nonce;
  byte_view ticket;
  bool early_data = false;  ///< the server may accept 0-RTT
};

/// Reads a message's body. RFC 9001 4.6.1: a size of early data other than 0xffffffff is a PROTOCOL_VIOLATION.
inline result<new_session_ticket> read_new_session_ticket(byte_view body) {
  byte_reader reader{body};
  new_session_ticket read;
  auto const lifetime = reader.u32();
  auto const age_add = reader.u32();
  auto const nonce = reader.bytes(reader.u8().value_or(0));
  auto const ticket = nonce ? reader.bytes(reader.u16().value_or(0)) : std::nullopt;
  auto const size = reader.u16();
  if (!lifetime || !age_add || !ticket || ticket->empty() || !size || reader.remaining() != *size)
    return fail(alert::decode_error);
  auto limited = false;
  auto const whole = for_each_extension(reader.rest(), [&](std::uint16_t type, byte_view value) {
    if (type != extension::early_data) return;
    read.early_data = true;
    limited = value.size() != 4 || !std::all_of(value.begin(), value.end(), [](auto byte) { return byte == 0xff; });
  });
  if (!whole) return fail(alert::decode_error);
  if (limited) return quoin::fail(error_code::protocol_violation, "TLS: session ticket limits early data");
  read.lifetime = *lifetime;
  read.age_add = *age_add;
  read.nonce = *nonce;
  read.ticket = *ticket;
  return read;
}

}  // namespace quoin::tls
