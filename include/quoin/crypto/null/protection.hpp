// SPDX-License-Identifier: BSL-1.0
/// \file
/// NEVER ON A NETWORK. Packet protection that hides nothing: everything is sent in the clear, under a checksum that
/// finds mistakes and corruption but would not stop anybody. It makes tests fast and free of dependencies.
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/siphash.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>

namespace quoin {

/// HKDF in shape only: deterministic, and different for different inputs.
struct null_kdf {
  static void extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept {
    hash_key const key{siphash({index_of(hash), 1}, salt), salt.size()};
    fill({siphash(key, secret), key[0]}, out.first(std::min(out.size(), hash_size(hash))));
  }

  static void expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
    hash_key const key{siphash({index_of(hash), 2}, secret), siphash({index_of(hash), 3}, secret)};
    fill({siphash(key, info), key[1]}, out);
  }

 private:
  static void fill(hash_key const& seed, byte_span out) noexcept {
    byte_writer writer(out);
    for (std::uint8_t block = 0; writer.remaining() != 0; ++block)
      writer.big_endian(siphash(seed, byte_view(&block, 1)), std::min<std::size_t>(writer.remaining(), 8));
  }
};

/// Leaves payloads as they are; the tag is a keyed checksum of number, header and payload.
class null_packet_key {
 public:
  null_packet_key(cipher_suite suite, byte_view key, byte_view iv) noexcept
      : key_{siphash({static_cast<std::uint64_t>(suite), 4}, key), siphash({5, key.size()}, iv)} {}

  void seal(std::span<packet_in_place> packets) noexcept {
    for (auto& packet : packets) {
      auto const tag = tag_of(packet);
      std::copy(tag.begin(), tag.end(), packet.bytes.end() - aead_tag_size);
    }
  }

  void open(std::span<packet_in_place> packets) noexcept {
    for (auto& packet : packets) {
      auto const tag = tag_of(packet);
      packet.authentic = std::equal(tag.begin(), tag.end(), packet.bytes.end() - aead_tag_size);
    }
  }

  /// See `multipath_sealer`; packets of another path have another checksum.
  void combine_iv(std::uint32_t bits) noexcept { key_[1] ^= std::uint64_t{bits} << 32; }

 private:
  using tag_bytes = std::array<std::uint8_t, aead_tag_size>;

  [[nodiscard]] tag_bytes tag_of(packet_in_place const& packet) const noexcept {
    auto const covered = packet.bytes.first(packet.bytes.size() - aead_tag_size);
    hash_key const key{key_[0] ^ packet.number, key_[1] ^ packet.header_size};
    auto const sum = siphash(key, covered);
    tag_bytes made;
    byte_writer writer(made);
    writer.u64(sum);
    writer.u64(siphash({sum, key_[0]}, byte_view(made).first(8)));
    return made;
  }

  hash_key key_;
};

/// Real masks from a hash that is not made for it: whoever forgets to remove them notices.
class null_header_key {
 public:
  null_header_key(cipher_suite suite, byte_view key) noexcept
      : key_{siphash({static_cast<std::uint64_t>(suite), 6}, key), siphash({7, 8}, key)} {}

  void masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept {
    for (std::size_t i = 0; i < samples.size(); ++i)
      byte_writer(masks[i]).big_endian(siphash(key_, samples[i]) >> 24, std::tuple_size_v<header_mask>);
  }

 private:
  hash_key key_;
};

/// The twin of real protection for tests and simulations, under any suite's name. No secrecy at all.
struct null_protection {
  using packet_key = null_packet_key;
  using header_key = null_header_key;
  using kdf = null_kdf;
};

static_assert(packet_protection<null_protection>);

}  // namespace quoin
