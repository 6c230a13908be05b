// SPDX-License-Identifier: BSL-1.0
/// \file
/// From a secret to the keys of packets: HKDF-Expand-Label and the labels and salts of each version (RFC
/// 9001 5.1, 5.2).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/secret_bytes.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace quoin {

/// A TLS traffic secret: as many bytes as its hash has. Wiped when it goes.
struct traffic_secret {
  std::array<std::uint8_t, 48> bytes{};
  std::uint8_t size = 0;

  traffic_secret() noexcept = default;
  explicit traffic_secret(byte_view secret) noexcept : size(static_cast<std::uint8_t>(secret.size())) {
    QUOIN_ASSERT(secret.size() <= bytes.size());
    std::copy_n(secret.data(), secret.size(), bytes.data());
  }
  traffic_secret(traffic_secret const&) noexcept = default;
  traffic_secret& operator=(traffic_secret const&) noexcept = default;
  ~traffic_secret() { wipe(bytes); }

  [[nodiscard]] byte_view view() const noexcept { return {bytes.data(), size}; }
  /// Makes it `count` bytes long and gives them to be filled.
  byte_span resize(std::size_t count) noexcept {
    QUOIN_ASSERT(count <= bytes.size());
    size = static_cast<std::uint8_t>(count);
    return {bytes.data(), count};
  }
};

/// The label of one of a version's keys (RFC 9001 5.1, 6.1; RFC 9369 3.3.2).
struct key_labels {
  std::string_view key;
  std::string_view iv;
  std::string_view header;
  std::string_view update;
};

constexpr key_labels labels_of(version v) noexcept {
  if (v == version::v2) return {"quicv2 key", "quicv2 iv", "quicv2 hp", "quicv2 ku"};
  return {"quic key", "quic iv", "quic hp", "quic ku"};
}

/// The salt of a version's Initial secrets (RFC 9001 5.2, RFC 9369 3.3.1).
constexpr std::array<std::uint8_t, 20> initial_salt_of(version v) noexcept {
  if (v == version::v2)
    return {0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
            0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9};
  return {0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
          0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a};
}

/// HKDF-Expand-Label with an empty context (RFC 8446 7.1); `label` comes without its "tls13 " and is short.
template <key_derivation Kdf>
void expand_label(hash_algorithm hash, byte_view secret, std::string_view label, byte_span out) noexcept {
  std::array<std::uint8_t, 64> info;
  byte_writer writer(info);
  writer.u16(static_cast<std::uint16_t>(out.size()));
  writer.u8(static_cast<std::uint8_t>(label.size() + 6));
  writer.bytes(as_bytes("tls13 "));
  writer.bytes(as_bytes(label));
  writer.u8(0);
  QUOIN_ASSERT(writer.ok());
  Kdf::expand(hash, secret, writer.written(), out);
}

/// The secrets that protect each side's Initial packets.
template <key_derivation Kdf>
struct initial_secrets {
  traffic_secret client;
  traffic_secret server;
};

/// RFC 9001 5.2. `client_dcid` is the Destination Connection ID of the client's first Initial, or of its first one
/// after a Retry.
template <key_derivation Kdf>
initial_secrets<Kdf> derive_initial_secrets(version v, byte_view client_dcid) noexcept {
  constexpr auto hash = hash_algorithm::sha256;
  auto const salt = initial_salt_of(v);
  traffic_secret common;
  Kdf::extract(hash, salt, client_dcid, common.resize(hash_size(hash)));
  initial_secrets<Kdf> secrets;
  expand_label<Kdf>(hash, common.view(), "client in", secrets.client.resize(hash_size(hash)));
  expand_label<Kdf>(hash, common.view(), "server in", secrets.server.resize(hash_size(hash)));
  return secrets;
}

/// The secret of the next key phase (RFC 9001 6.1).
template <key_derivation Kdf>
traffic_secret next_secret(version v, cipher_suite suite, traffic_secret const& current) noexcept {
  traffic_secret next;
  expand_label<Kdf>(hash_of(suite), current.view(), labels_of(v).update, next.resize(current.size));
  return next;
}

/// The AEAD key that a secret stands for.
template <packet_protection P>
typename P::packet_key make_packet_key(version v, cipher_suite suite, byte_view secret) {
  std::array<std::uint8_t, 32> key;
  std::array<std::uint8_t, aead_iv_size> iv;
  auto const key_bytes = byte_span(key).first(key_size(suite));
  expand_label<typename P::kdf>(hash_of(suite), secret, labels_of(v).key, key_bytes);
  expand_label<typename P::kdf>(hash_of(suite), secret, labels_of(v).iv, iv);
  typename P::packet_key made(suite, key_bytes, iv);
  wipe(key);
  wipe(iv);
  return made;
}

/// The header protection key that a secret stands for.
template <packet_protection P>
typename P::header_key make_header_key(version v, cipher_suite suite, byte_view secret) {
  std::array<std::uint8_t, 32> key;
  auto const key_bytes = byte_span(key).first(key_size(suite));
  expand_label<typename P::kdf>(hash_of(suite), secret, labels_of(v).header, key_bytes);
  typename P::header_key made(suite, key_bytes);
  wipe(key);
  return made;
}

}  // namespace quoin
