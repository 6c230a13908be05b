// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames of WebSockets: their headers, and masking (RFC 6455 5).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/result.hpp>
#include <quoin/http3/websocket/close_code.hpp>

#include <array>
#include <optional>

namespace quoin::http3::websocket {

/// RFC 6455 5.2.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(opcode code) noexcept {
  return static_cast<std::uint8_t>(code) >= 8;
}

using masking_key = std::array<std::uint8_t, 4>;

struct frame_head {
  opcode code = opcode::continuation;
  bool fin = true;
  std::optional<masking_key> key;
  std::uint64_t length = 0;
  constexpr bool operator==(frame_head const&) const = default;
};

/// Payloads of control frames are at most so long (RFC 6455 5.5).
inline constexpr std::size_t most_control_payload = 125;
/// The most bytes that a header takes.
inline constexpr std::size_t most_frame_head = 14;

/// Masks what stands at `at` in a frame's payload, or takes the mask away (RFC 6455 5.3).
constexpr void apply_mask(byte_span bytes, masking_key const& key, std::uint64_t at) noexcept {
  for (auto& byte : bytes) byte ^= key[at++ % 4];
}

constexpr bool write_head(byte_writer& writer, frame_head const& head) noexcept {
  std::uint8_t const mask = head.key ? 0x80 : 0;
  std::array<std::uint8_t, most_frame_head> room{};
  std::size_t size = 0;
  auto const put = [&](std::uint64_t byte) { room[size++] = static_cast<std::uint8_t>(byte); };
  put((head.fin ? 0x80U : 0U) | static_cast<std::uint8_t>(head.code));
  // RFC 6455 5.2: the shortest form.
  std::size_t const extended = head.length < 126 ? 0 : head.length <= 0xffff ? 2 : 8;
  put(mask | (extended == 0 ? head.length : extended == 2 ? 126U : 127U));
  for (auto i = extended; i > 0; --i) put(head.length >> 8 * (i - 1));
  if (head.key)
    for (auto const byte : *head.key) put(byte);
  return writer.bytes(byte_view{room}.first(size));
}

/// Reads headers that may be cut anywhere.
class head_reader {
 public:
  /// Takes bytes of a header from the front of `bytes`; the header, once it is whole.
  failable<std::optional<frame_head>> read(byte_view& bytes) {
    while (!bytes.empty()) {
      kept_[size_++] = bytes.front();
      bytes = bytes.subspan(1);
      if (size_ == 1 && (kept_[0] & 0x70) != 0)
        return fail(close_code::protocol_error, "a reserved bit without an extension");
      if (size_ == 1 && !is_known(kept_[0] & 0x0f)) return fail(close_code::protocol_error, "an unknown opcode");
      if (size_ < 2 || size_ < needed()) continue;
      size_ = 0;
      return whole();
    }
    return std::optional<frame_head>{};
  }

  [[nodiscard]] constexpr bool in_progress() const noexcept { return size_ != 0; }

 private:
  static constexpr bool is_known(unsigned code) noexcept { return code <= 2 || (code >= 8 && code <= 10); }
  [[nodiscard]] constexpr std::size_t length_bytes() const noexcept {
    auto const first = kept_[1] & 0x7f;
    return first == 126 ? 2 : first == 127 ? 8 : 0;
  }
  [[nodiscard]] constexpr std::size_t needed() const noexcept {
    return 2 + length_bytes() + ((kept_[1] & 0x80) != 0 ? 4U : 0U);
  }

  [[nodiscard]] failable<std::optional<frame_head>> whole() const {
    frame_head head{static_cast<opcode>(kept_[0] & 0x0f), (kept_[0] & 0x80) != 0, {}, kept_[1] & 0x7fU};
    auto const more = length_bytes();
    if (more != 0) {
      head.length = 0;
      for (std::size_t i = 0; i < more; ++i) head.length = head.length << 8 | kept_[2 + i];
      if (head.length < (more == 2 ? 126U : 0x10000U) || head.length >> 63 != 0)
        return fail(close_code::protocol_error, "a length that is not in its shortest form, or too large");
    }
    if (is_control(head.code) && (!head.fin || head.length > most_control_payload))
      return fail(close_code::protocol_error, "a control frame that is fragmented or too long");
    if ((kept_[1] & 0x80) != 0)
      head.key = masking_key{kept_[2 + more], kept_[3 + more], kept_[4 + more], kept_[5 + more]};
    return std::optional{head};
  }

  std::array<std::uint8_t, most_frame_head> kept_{};
  std::size_t size_ = 0;
};

}  // namespace quoin::http3::websocket
