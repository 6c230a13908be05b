// SPDX-License-Identifier: BSL-1.0
/// \file
/// Finds the frames in a stream's bytes, however they are cut (RFC 9114 7.1).
#pragma once

#include <quoin/http3/wire/varint_reader.hpp>

namespace quoin::http3 {

struct frame_header {
  std::uint64_t type = 0;
  std::uint64_t length = 0;
  constexpr bool operator==(frame_header const&) const = default;
};

/// Holds no payload: it says where one begins and how much of it is left, and its caller takes or skips it. Capsules
/// look the same (RFC 9297 3.2), so this finds them too.
class frame_reader {
 public:
  /// To be called while `in_payload()` is false: takes bytes of the next frame's header from the front of `bytes`, and
  /// gives the header once it is whole.
  constexpr std::optional<frame_header> read_header(byte_view& bytes) noexcept {
    if (!has_type_) {
      auto const type = number_.read(bytes);
      if (!type) return std::nullopt;
      current_.type = *type;
      has_type_ = true;
    }
    auto const length = number_.read(bytes);
    if (!length) return std::nullopt;
    current_.length = remaining_ = *length;
    has_type_ = false;
    return current_;
  }

  /// The frame whose payload is under way, or was last.
  [[nodiscard]] constexpr frame_header const& current() const noexcept { return current_; }
  [[nodiscard]] constexpr std::uint64_t remaining() const noexcept { return remaining_; }
  [[nodiscard]] constexpr bool in_payload() const noexcept { return remaining_ != 0; }

  /// As much of `bytes` as belongs to the payload.
  [[nodiscard]] constexpr byte_view payload_of(byte_view bytes) const noexcept {
    return bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_)));
  }
  /// So much of the payload has been taken.
  constexpr void took(std::size_t count) noexcept { remaining_ -= std::min<std::uint64_t>(count, remaining_); }

  /// A stream may end here (RFC 9114 7.1).
  [[nodiscard]] constexpr bool between_frames() const noexcept {
    return !in_payload() && !has_type_ && !number_.in_progress();
  }

 private:
  varint_reader number_;
  frame_header current_;
  std::uint64_t remaining_ = 0;
  bool has_type_ = false;
};

}  // namespace quoin::http3
