// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a client's handshake keeps of one session to resume it (RFC 8446 4.6.1).
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/crypto/session/record.hpp>
#include <quoin/crypto/session/session_settings.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <optional>

namespace quoin {

/// The handshake's half of a session: what the connection keeps beside it, TLS does not know.
struct client_session_state {
  cipher_suite suite = cipher_suite::aes_128_gcm_sha256;
  std::vector<std::uint8_t> psk;
  std::uint32_t age_add = 0;
  std::chrono::seconds lifetime{0};
  wall_time received;
  wall_time expires;  ///< no later than the lifetime says, and no later than the server's certificate
  bool early_data = false;
  std::string server_name;
  std::string alpn;
  std::uint64_t trust = 0;   ///< stands for whom the client believed then
  std::string peer_subject;  ///< whom the server proved to be when the session began
  std::string peer_fingerprint;
  std::vector<std::uint8_t> ticket;

  bool operator==(client_session_state const&) const = default;

  [[nodiscard]] std::vector<std::uint8_t> encode() const {
    record_writer out;
    out.number(format, 1).number(static_cast<std::uint16_t>(suite), 2).bytes(psk).number(age_add, 4);
    out.number(static_cast<std::uint64_t>(lifetime.count()), 4).time(received).time(expires);
    out.number(early_data ? 1 : 0, 1)
        .text(server_name)
        .text(alpn)
        .number(trust, 8)
        .text(peer_subject)
        .text(peer_fingerprint);
    out.bytes(ticket);
    return out.take();
  }

  static std::optional<client_session_state> decode(byte_view bytes) {
    record_reader in{bytes};
    client_session_state read;
    if (in.number(1) != format) return std::nullopt;
    read.suite = static_cast<cipher_suite>(in.number(2));
    read.psk = in.bytes();
    read.age_add = static_cast<std::uint32_t>(in.number(4));
    read.lifetime = std::chrono::seconds{in.number(4)};
    read.received = in.time();
    read.expires = in.time();
    read.early_data = in.number(1) != 0;
    read.server_name = in.text();
    read.alpn = in.text();
    read.trust = in.number(8);
    read.peer_subject = in.text();
    read.peer_fingerprint = in.text();
    read.ticket = in.bytes();
    auto const number = static_cast<std::uint16_t>(read.suite);
    if (!in.whole() || number < 0x1301 || number > 0x1303 || read.psk.size() != hash_size(hash_of(read.suite)) ||
        read.ticket.empty() || read.alpn.empty())
      return std::nullopt;
    return read;
  }

  /// What others may know of it.
  static std::optional<session_facts> facts_of(byte_view bytes) {
    auto const read = decode(bytes);
    if (!read) return std::nullopt;
    return session_facts{read->expires, read->alpn, read->early_data};
  }

  /// RFC 8446 4.2.11.1: in milliseconds, obfuscated.
  [[nodiscard]] std::uint32_t obfuscated_age(wall_time now) const {
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, (now - received).count())) + age_add;
  }

 private:
  static constexpr std::uint64_t format = 2;
};

}  // namespace quoin
