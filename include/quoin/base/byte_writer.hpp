// SPDX-License-Identifier: BSL-1.0
/// \file
/// The only way in which the library makes bytes for the wire.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/varint.hpp>

#include <algorithm>

namespace quoin {

/// Writes forward into a span and never beyond its end. A write that does not fit changes nothing, returns false, and
/// is remembered: `ok()` stays false, so that a run of writes needs one check at its end.
class byte_writer {
 public:
  constexpr explicit byte_writer(byte_span room) noexcept : room_(room) {}

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr std::size_t remaining() const noexcept { return room_.size() - size_; }
  [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
  [[nodiscard]] constexpr byte_span written() const noexcept { return room_.first(size_); }

  constexpr bool u8(std::uint8_t value) noexcept { return big_endian(value, 1); }
  constexpr bool u16(std::uint16_t value) noexcept { return big_endian(value, 2); }
  constexpr bool u32(std::uint32_t value) noexcept { return big_endian(value, 4); }
  constexpr bool u64(std::uint64_t value) noexcept { return big_endian(value, 8); }

  /// The low `size` bytes of `value`, most significant first; `size` is at most 8.
  constexpr bool big_endian(std::uint64_t value, std::size_t size) noexcept {
    if (!fits(size)) return false;
    for (std::size_t i = 0; i < size; ++i) room_[size_ + i] = static_cast<std::uint8_t>(value >> (8 * (size - 1 - i)));
    size_ += size;
    return true;
  }

  /// RFC 9000 16, in as few bytes as the value allows. Fails for values above `varint_max`.
  constexpr bool varint(std::uint64_t value) noexcept {
    if (value < (std::uint64_t{1} << 6)) return big_endian(value, 1);
    if (value < (std::uint64_t{1} << 14)) return big_endian(value | std::uint64_t{1} << 14, 2);
    if (value < (std::uint64_t{1} << 30)) return big_endian(value | std::uint64_t{2} << 30, 4);
    if (value <= varint_max) return big_endian(value | std::uint64_t{3} << 62, 8);
    return ok_ = false;
  }

  /// RFC 9000 16 in exactly `size` bytes (1, 2, 4 or 8), for fields whose value is filled in later.
  constexpr bool varint(std::uint64_t value, std::size_t size) noexcept {
    if (size < varint_size(value) || varint_size(value) == 0) return ok_ = false;
    std::uint64_t const prefix = size == 8 ? 3 : size == 4 ? 2 : size == 2 ? 1 : 0;
    return big_endian(value | prefix << (8 * size - 2), size);
  }

  constexpr bool bytes(byte_view view) noexcept {
    if (!fits(view.size())) return false;
    std::copy_n(view.data(), view.size(), room_.data() + size_);
    size_ += view.size();
    return true;
  }

  constexpr bool varint_prefixed_bytes(byte_view view) noexcept {
    if (!fits(varint_size(view.size()) + view.size())) return false;
    return varint(view.size()) && bytes(view);
  }

  constexpr bool fill(std::size_t count, std::uint8_t value) noexcept {
    if (!fits(count)) return false;
    std::fill_n(room_.data() + size_, count, value);
    size_ += count;
    return true;
  }

  /// Room for `count` bytes that the caller fills in; empty when it does not fit.
  constexpr byte_span reserve(std::size_t count) noexcept {
    if (!fits(count)) return {};
    size_ += count;
    return room_.subspan(size_ - count, count);
  }

  /// Forgets what was written after `size` bytes, and any failure since.
  constexpr void rewind(std::size_t size) noexcept {
    size_ = std::min(size, size_);
    ok_ = true;
  }

 private:
  constexpr bool fits(std::size_t count) noexcept {
    if (remaining() < count) ok_ = false;
    return remaining() >= count;
  }

  byte_span room_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace quoin
