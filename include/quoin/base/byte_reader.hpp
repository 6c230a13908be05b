// SPDX-License-Identifier: BSL-1.0
/// \file
/// The only way in which the library looks at bytes that a peer sent.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/varint.hpp>

#include <limits>
#include <optional>

namespace quoin {

/// Reads forward over bytes and never beyond their end. A read that does not fit yields nothing and moves nothing.
class byte_reader {
 public:
  constexpr explicit byte_reader(byte_view bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] constexpr std::size_t position() const noexcept { return position_; }
  [[nodiscard]] constexpr std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return remaining() == 0; }

  constexpr std::optional<std::uint8_t> u8() noexcept { return big_endian<std::uint8_t>(); }
  constexpr std::optional<std::uint16_t> u16() noexcept { return big_endian<std::uint16_t>(); }
  constexpr std::optional<std::uint32_t> u32() noexcept { return big_endian<std::uint32_t>(); }
  constexpr std::optional<std::uint64_t> u64() noexcept { return big_endian<std::uint64_t>(); }

  /// RFC 9000 16; any of the four lengths is accepted for any value.
  constexpr std::optional<std::uint64_t> varint() noexcept {
    if (empty()) return std::nullopt;
    auto const first = bytes_[position_];
    if (first < 0x40) {
      ++position_;
      return first;
    }
    // A constant size each, which compiles to one load.
    switch (first >> 6) {
      case 1: return without_prefix(u16());
      case 2: return without_prefix(u32());
      default: return without_prefix(u64());
    }
  }

  constexpr std::optional<byte_view> bytes(std::uint64_t count) noexcept {
    if (remaining() < count) return std::nullopt;
    auto const view = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += view.size();
    return view;
  }

  /// A varint that says how many bytes follow, and those bytes.
  constexpr std::optional<byte_view> varint_prefixed_bytes() noexcept {
    auto const start = position_;
    if (auto const size = varint())
      if (auto const view = bytes(*size)) return view;
    position_ = start;
    return std::nullopt;
  }

  [[nodiscard]] constexpr std::optional<std::uint8_t> peek() const noexcept {
    if (empty()) return std::nullopt;
    return bytes_[position_];
  }

  /// Everything that is left; the reader is at its end afterwards.
  constexpr byte_view rest() noexcept {
    auto const view = bytes_.subspan(position_);
    position_ = bytes_.size();
    return view;
  }

 private:
  /// The value of a varint whose two first bits say its size.
  template <class T>
  static constexpr std::optional<std::uint64_t> without_prefix(std::optional<T> read) noexcept {
    if (!read) return std::nullopt;
    return *read & (std::numeric_limits<T>::max() >> 2);
  }

  template <class T>
  constexpr std::optional<T> big_endian() noexcept {
    if (remaining() < sizeof(T)) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | bytes_[position_ + i];
    position_ += sizeof(T);
    return static_cast<T>(value);
  }

  byte_view bytes_;
  std::size_t position_ = 0;
};

}  // namespace quoin
