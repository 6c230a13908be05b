// SPDX-License-Identifier: BSL-1.0
/// \file
/// The tag at the end of a Retry packet: whoever made it has seen the client's first Initial (RFC 9001 5.8).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/secret_bytes.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/policy/crypto.hpp>

#include <array>

namespace quoin {

/// The largest Retry packet, without its tag, that is made or believed.
inline constexpr std::size_t retry_packet_max = 2048;

namespace detail {

struct retry_key {
  std::array<std::uint8_t, 16> key;
  std::array<std::uint8_t, aead_iv_size> nonce;
};

/// Constants of RFC 9001 5.8 and RFC 9369 3.3.3.
constexpr retry_key retry_key_of(version v) noexcept {
  if (v == version::v2)
    return {{0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc, 0x92},
            {0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a}};
  return {{0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e},
          {0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb}};
}

}  // namespace detail

/// The tag of a Retry packet of at most `retry_packet_max` bytes. `original_destination` is the Destination Connection
/// ID of the Initial that it answers.
template <packet_protection P>
std::array<std::uint8_t, aead_tag_size> retry_integrity_tag(version v, connection_id const& original_destination,
                                                            byte_view retry_without_tag) {
  std::array<std::uint8_t, 1 + connection_id::max_size + retry_packet_max + aead_tag_size> room;
  byte_writer writer(room);
  writer.u8(static_cast<std::uint8_t>(original_destination.size()));
  writer.bytes(original_destination.view());
  writer.bytes(retry_without_tag);
  auto const header_size = writer.size();
  auto const tag_room = writer.reserve(aead_tag_size);
  QUOIN_ASSERT(writer.ok());

  auto const constants = detail::retry_key_of(v);
  typename P::packet_key key(cipher_suite::aes_128_gcm_sha256, constants.key, constants.nonce);
  packet_in_place pseudo_packet{writer.written(), header_size, 0, false};
  key.seal({&pseudo_packet, 1});
  std::array<std::uint8_t, aead_tag_size> tag;
  std::copy(tag_room.begin(), tag_room.end(), tag.begin());
  return tag;
}

/// Whether a Retry packet is an answer to the Initial that was sent to `original_destination`.
template <packet_protection P>
[[nodiscard]] bool retry_is_authentic(version v, connection_id const& original_destination, byte_view retry_without_tag,
                                      byte_view tag) {
  if (retry_without_tag.size() > retry_packet_max) return false;
  return equal_in_constant_time(retry_integrity_tag<P>(v, original_destination, retry_without_tag), tag);
}

}  // namespace quoin
