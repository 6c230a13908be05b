// SPDX-License-Identifier: BSL-1.0
/// \file
/// The steps of protecting packets that do not depend on which key is used: many packets at a time, without allocation.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/keys/protection_types.hpp>
#include <quoin/policy/crypto.hpp>
#include <quoin/wire/packet_number.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <type_traits>

namespace quoin::detail {

/// Packets whose masks are made in one call.
inline constexpr std::size_t train_size = 64;

/// The largest size of an encoded packet number; a sample starts that far behind its first byte (RFC 9001 5.4.2).
inline constexpr std::size_t sample_distance = 4;

/// Room for a train of `T`, of which only what is used is ever written.
template <class T>
requires std::is_trivially_destructible_v<T>
class train {
 public:
  train() noexcept {}
  void push_back(T const& value) noexcept {
    QUOIN_ASSERT(size_ < train_size);
    std::construct_at(items_ + size_++, value);
  }
  T& operator[](std::size_t index) noexcept { return items_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  std::span<T> items() noexcept { return {items_, size_}; }
  /// For results that are about to be written: makes it `count` long without giving its items a value.
  std::span<T> grow_to(std::size_t count) noexcept requires std::is_trivially_default_constructible_v<T> {
    size_ = count;
    return items();
  }

 private:
  union {
    T items_[train_size];
  };
  std::size_t size_ = 0;
};

inline header_sample sample_at(byte_view packet, std::size_t packet_number_offset) noexcept {
  header_sample sample;
  std::copy_n(packet.data() + packet_number_offset + sample_distance, sample.size(), sample.data());
  return sample;
}

inline bool has_sample(byte_view packet, std::size_t packet_number_offset) noexcept {
  constexpr auto needed = sample_distance + std::tuple_size_v<header_sample>;
  return packet.size() >= needed && packet_number_offset <= packet.size() - needed;
}

/// The bits of the first byte that are hidden: packet number length, reserved bits, and a short header's key phase.
constexpr std::uint8_t hidden_bits(std::uint8_t first_byte) noexcept {
  return (first_byte & 0x80) != 0 ? 0x0f : 0x1f;
}

/// The four bytes in which a packet number stands with what is behind it; the sample comes after them.
using number_room = std::span<std::uint8_t, sample_distance>;

inline number_room number_room_at(byte_span packet, std::size_t offset) noexcept {
  return packet.subspan(offset).first<sample_distance>();
}

constexpr std::uint32_t word_of(std::span<std::uint8_t const, 4> bytes) noexcept {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Hides or uncovers the packet number in the first `size` bytes, and returns it as it stands there then. RFC 9001 9.5:
/// one of any size takes the same time.
inline std::uint32_t mask_packet_number(number_room room, std::size_t size, header_mask const& mask) noexcept {
  auto const behind = 8 * (sample_distance - size);
  auto const covered = word_of(room) ^ (word_of(std::span{mask}.last<4>()) & ~std::uint32_t{0} << behind);
  for (std::size_t i = 0; i < room.size(); ++i) room[i] = static_cast<std::uint8_t>(covered >> (24 - 8 * i));
  return covered >> behind;
}

/// RFC 9001 5.4.1, after the AEAD was applied.
template <header_masker Header>
void hide_headers(Header& key, std::span<packet_to_seal const> packets) noexcept {
  train<header_sample> samples;
  train<header_mask> masks;
  for (auto const& packet : packets) samples.push_back(sample_at(packet.bytes, packet.packet_number_offset));
  key.masks(samples.items(), masks.grow_to(packets.size()));
  for (std::size_t i = 0; i < packets.size(); ++i) {
    auto const& packet = packets[i];
    packet.bytes[0] ^= static_cast<std::uint8_t>(masks[i][0] & hidden_bits(packet.bytes[0]));
    mask_packet_number(number_room_at(packet.bytes, packet.packet_number_offset), packet.packet_number_size, masks[i]);
  }
}

/// Seals at most a train of packets: AEAD, then header protection (RFC 9001 5.3, 5.4).
template <packet_sealer Packet, header_masker Header>
void seal_train(Packet& key, Header& header, std::span<packet_to_seal const> packets) noexcept {
  train<packet_in_place> places;
  for (auto const& packet : packets) {
    QUOIN_ASSERT(has_sample(packet.bytes, packet.packet_number_offset));
    places.push_back({packet.bytes, packet.packet_number_offset + packet.packet_number_size, packet.number, false});
  }
  key.seal(places.items());
  hide_headers(header, packets);
}

/// Uncovers one header whose mask is known and reads what it says.
inline void show_header(packet_to_open& packet, packet_number expected, header_mask const& mask) noexcept {
  auto& first = packet.bytes[0];
  bool const is_long = (first & 0x80) != 0;
  first ^= static_cast<std::uint8_t>(mask[0] & hidden_bits(first));
  auto const size = static_cast<std::size_t>(first & 0x03) + 1;
  auto const truncated = mask_packet_number(number_room_at(packet.bytes, packet.packet_number_offset), size, mask);
  packet.number = wire::decode_packet_number(truncated, size, expected);
  packet.key_phase = !is_long && (first & 0x04) != 0;
  packet.reserved_bits_set = (first & (is_long ? 0x0c : 0x18)) != 0;
  auto const header_size = packet.packet_number_offset + size;
  packet.payload = packet.bytes.subspan(header_size, packet.bytes.size() - header_size - aead_tag_size);
}

/// Uncovers the headers of at most a train of packets. Those too short say so and are left alone; the indices of the
/// others are appended to `shown`. Numbers are decoded as if every packet before had been received.
template <header_masker Header>
void show_headers(Header& key, std::span<packet_to_open> packets, packet_number expected,
                  train<std::uint8_t>& shown) noexcept {
  train<header_sample> samples;
  train<header_mask> masks;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (has_sample(packets[i].bytes, packets[i].packet_number_offset)) {
      samples.push_back(sample_at(packets[i].bytes, packets[i].packet_number_offset));
      shown.push_back(static_cast<std::uint8_t>(i));
    } else {
      packets[i].status = open_status::too_short;
    }
  }
  if (shown.size() == 0) return;
  key.masks(samples.items(), masks.grow_to(shown.size()));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    auto& packet = packets[shown[i]];
    show_header(packet, std::max(expected, packet.expected), masks[i]);
  }
}

/// Opens packets whose headers are uncovered with one key. RFC 9001 9.5: nothing is judged before this is done.
/// Returns how many were forged.
template <packet_sealer Packet>
std::uint64_t open_shown(Packet& key, std::span<packet_to_open> packets,
                         std::span<std::uint8_t const> indices) noexcept {
  train<packet_in_place> places;
  for (auto const index : indices) {
    auto const& packet = packets[index];
    auto const header_size = static_cast<std::size_t>(packet.payload.data() - packet.bytes.data());
    places.push_back({packet.bytes, header_size, packet.number, false});
  }
  key.open(places.items());
  std::uint64_t forged = 0;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    bool const authentic = places[i].authentic;
    packets[indices[i]].status = authentic ? open_status::opened : open_status::forged;
    forged += authentic ? 0 : 1;
  }
  return forged;
}

/// What the next train of the same space should expect, after this one (RFC 9000 A.3).
inline packet_number expected_after(packet_number expected, std::span<packet_to_open const> packets) noexcept {
  for (auto const& packet : packets)
    if (packet.status == open_status::opened) expected = std::max(expected, packet.number + 1);
  return expected;
}

}  // namespace quoin::detail
