// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the parts of the engine know together about one handshake. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/handshake.hpp>
#include <quoin/crypto/session/new_session_ticket.hpp>
#include <quoin/crypto/tls_messages.hpp>

#include <botan/asn1_obj.h>
#include <botan/tls_extensions.h>
#include <botan/x509cert.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace quoin::botan_detail {

struct connection_facts {
  role self = role::client;
  quoin::version version = quoin::version::v1;
  std::string server_name;
  std::vector<std::uint8_t> parameters;  ///< ours
  std::string alpn;
  std::optional<cipher_suite> suite;
  std::uint16_t group = 0;  ///< of the key exchange
  std::shared_ptr<peer_certificate const> peer;
  std::optional<wall_time> peer_expires;  ///< when its certificate does
  wall_time now;

  void note_server_hello(byte_view hello);
  [[nodiscard]] std::chrono::system_clock::time_point time() const {
    return std::chrono::system_clock::time_point{now.time_since_epoch()};
  }
};

/// RFC 8446 4.2.11: pre_shared_key stays the last extension of a ClientHello.
inline void keep_session_last(Botan::TLS::Extensions& extensions) {
  if (extensions.has(Botan::TLS::Extension_Code::PresharedKey))
    extensions.reorder(std::array{Botan::TLS::Extension_Code::PresharedKey});
}

inline constexpr std::size_t hello_random_at = tls::message_header_size + 2;
inline constexpr std::size_t hello_session_id_at = hello_random_at + 32;

/// Whether a ServerHello is a HelloRetryRequest, which its random says (RFC 8446 4.1.3).
inline bool is_hello_retry(byte_view hello) {
  static constexpr std::array<std::uint8_t, 32> says_retry{
      0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
      0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
  return hello.size() >= hello_session_id_at &&
         std::equal(says_retry.begin(), says_retry.end(), hello.begin() + hello_random_at);
}

/// When a certificate's time is over, but no later than a year after `now`: one without an end (RFC 5280 4.1.2.5) ends
/// beyond what the clock can say.
inline wall_time expiry_of(Botan::X509_Certificate const& certificate, std::chrono::system_clock::time_point now) {
  auto const horizon = now + std::chrono::hours{24 * 365};
  auto const soon = certificate.not_after() < Botan::X509_Time{horizon};
  return std::chrono::floor<std::chrono::milliseconds>(soon ? certificate.not_after().to_std_timepoint() : horizon);
}

/// The random of either hello.
inline byte_view hello_random(byte_view hello) {
  return hello.size() < hello_session_id_at ? byte_view{} : hello.subspan(hello_random_at, 32);
}

/// What a ServerHello says behind its session ID (RFC 8446 4.1.3); whether it is a proper one is Botan's to say.
inline void connection_facts::note_server_hello(byte_view hello) {
  byte_reader reader{hello};
  reader.bytes(hello_session_id_at);
  reader.bytes(reader.u8().value_or(0));
  auto const chosen = reader.u16().value_or(0);
  if (chosen >= 0x1301 && chosen <= 0x1303) suite = static_cast<cipher_suite>(chosen);
  reader.bytes(3);  // the compression, which is none, and the length of what follows
  tls::for_each_extension(reader.rest(), [this](std::uint16_t type, byte_view value) {
    if (type == static_cast<std::uint16_t>(Botan::TLS::Extension_Code::KeyShare) && value.size() >= 2)
      group = static_cast<std::uint16_t>(value[0] << 8 | value[1]);
  });
}

}  // namespace quoin::botan_detail
