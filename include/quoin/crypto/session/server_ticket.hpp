// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a server writes into a session ticket, to know it again from there alone (RFC 8446 4.6.1, RFC 9001 4.6.3).
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/crypto/session/record.hpp>

#include <optional>

namespace quoin {

/// Everything that a session is bound to. Whoever offers the ticket elsewhere gets a full handshake: under another
/// version (RFC 9369 5), for another server name, of a server with another key for that name, or where clients are
/// asked for other proof of who they are.
struct server_ticket {
  quoin::version version = quoin::version::v1;
  cipher_suite suite = cipher_suite::aes_128_gcm_sha256;
  std::vector<std::uint8_t> psk;
  std::uint32_t age_add = 0;
  std::chrono::seconds lifetime{0};
  wall_time issued;
  wall_time began;  ///< when both sides last proved who they are
  std::string server_name;
  std::string alpn;
  std::uint64_t identity = 0;     ///< stands for who the server is under that name
  std::uint64_t client_auth = 0;  ///< stands for how clients were authenticated
  std::string client_subject;     ///< who the client proved to be, if it did
  std::string client_fingerprint;
  wall_time client_expires;              ///< when its proof does; 1970 for none
  bool early_data = false;               ///< the ticket said that early data may be accepted
  std::vector<std::uint8_t> parameters;  ///< transport parameters that early data relies on (RFC 9000 7.4.1)
  std::vector<std::uint8_t> context;     ///< the application's, which early data relies on

  bool operator==(server_ticket const&) const = default;

  [[nodiscard]] std::vector<std::uint8_t> encode() const {
    record_writer out;
    out.number(format, 1).number(static_cast<std::uint32_t>(version), 4).number(static_cast<std::uint16_t>(suite), 2);
    out.bytes(psk).number(age_add, 4).number(static_cast<std::uint64_t>(lifetime.count()), 4).time(issued).time(began);
    out.text(server_name).text(alpn).number(identity, 8).number(client_auth, 8);
    out.text(client_subject).text(client_fingerprint).time(client_expires);
    out.number(early_data ? 1 : 0, 1).bytes(parameters).bytes(context);
    return out.take();
  }

  static std::optional<server_ticket> decode(byte_view bytes) {
    record_reader in{bytes};
    server_ticket read;
    if (in.number(1) != format) return std::nullopt;
    read.version = static_cast<quoin::version>(in.number(4));
    read.suite = static_cast<cipher_suite>(in.number(2));
    read.psk = in.bytes();
    read.age_add = static_cast<std::uint32_t>(in.number(4));
    read.lifetime = std::chrono::seconds{in.number(4)};
    read.issued = in.time();
    read.began = in.time();
    read.server_name = in.text();
    read.alpn = in.text();
    read.identity = in.number(8);
    read.client_auth = in.number(8);
    read.client_subject = in.text();
    read.client_fingerprint = in.text();
    read.client_expires = in.time();
    read.early_data = in.number(1) != 0;
    read.parameters = in.bytes();
    read.context = in.bytes();
    if (!in.whole()) return std::nullopt;
    return read;
  }

 private:
  static constexpr std::uint64_t format = 2;
};

}  // namespace quoin
