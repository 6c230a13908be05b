// SPDX-License-Identifier: BSL-1.0
/// \file
/// Strings in Huffman code, both ways (RFC 7541 5.2).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/base/bytes.hpp>
#include <quoin/qpack/huffman_code.hpp>

#include <optional>
#include <utility>

namespace quoin::qpack {

/// Bytes that `text` takes in Huffman code.
constexpr std::size_t huffman_size(byte_view text) noexcept {
  std::size_t bits = 0;
  for (auto const byte : text) bits += huffman_lengths[byte];
  return (bits + 7) / 8;
}

/// The most bytes that a Huffman string of `size` bytes can stand for, and the fewest.
constexpr std::uint64_t huffman_most_symbols(std::uint64_t size) noexcept {
  return size * 8 / huffman_shortest;
}
constexpr std::uint64_t huffman_fewest_symbols(std::uint64_t size) noexcept {
  return size == 0 ? 0 : (size * 8 - 7) / huffman_longest;
}

/// Writes `text` in Huffman code, padded with the first bits of EOS to a whole byte.
constexpr bool write_huffman(byte_writer& writer, byte_view text) noexcept {
  std::uint64_t pending = 0;
  unsigned count = 0;
  bool ok = true;
  for (auto const byte : text) {
    auto const code = detail::huffman.codes[byte];
    pending = pending << code.length | code.bits;
    count += code.length;
    while (count >= 8) {
      count -= 8;
      ok = writer.u8(static_cast<std::uint8_t>(pending >> count)) && ok;
    }
  }
  if (count == 0) return ok;
  auto const padding = 8 - count;
  return writer.u8(static_cast<std::uint8_t>(pending << padding | 0xffU >> count)) && ok;
}

/// Bits of a string, most significant first; beyond its end stand ones, as in its padding.
class huffman_bits {
 public:
  constexpr explicit huffman_bits(byte_view bytes) noexcept : bytes_(bytes), left_(bytes.size() * 8) {}

  /// The next 32 bits.
  constexpr std::uint32_t peek() noexcept {
    while (count_ < 32) {
      window_ = window_ << 8 | (at_ < bytes_.size() ? bytes_[at_] : 0xff);
      ++at_;
      count_ += 8;
    }
    return static_cast<std::uint32_t>(window_ >> (count_ - 32));
  }
  constexpr void skip(unsigned bits) noexcept {
    count_ -= bits;
    left_ -= bits;
  }
  /// Bits of the string that have not been skipped.
  [[nodiscard]] constexpr std::size_t left() const noexcept { return left_; }

 private:
  byte_view bytes_;
  std::size_t at_ = 0;
  std::size_t left_;
  std::uint64_t window_ = 0;
  unsigned count_ = 0;
};

/// The code at the front of 32 bits.
constexpr std::pair<std::uint16_t, unsigned> match_huffman(std::uint32_t bits) noexcept {
  auto const found = detail::short_codes[bits >> (32 - detail::short_code_bits)];
  if (found.length != 0) return {found.symbol, found.length};
  unsigned length = detail::short_code_bits + 1;
  while (length < huffman_longest && bits >= detail::huffman.end[length]) ++length;
  auto const offset = (bits >> (32 - length)) - detail::huffman.first_code[length];
  return {detail::huffman.by_code[detail::huffman.first_symbol[length] + offset], length};
}

/// Decodes `bytes` into `room` and returns how many bytes they stand for. Nothing when they contain EOS, end in padding
/// of more than seven bits or of other bits than ones, or when `room` is too small (RFC 7541 5.2).
constexpr std::optional<std::size_t> read_huffman(byte_view bytes, byte_span room) noexcept {
  huffman_bits in{bytes};
  std::size_t size = 0;
  for (;;) {
    auto const bits = in.peek();
    auto const [symbol, length] = match_huffman(bits);
    if (length > in.left()) {
      auto const padding = static_cast<unsigned>(in.left());
      if (padding > 7 || (padding != 0 && bits >> (32 - padding) != (1U << padding) - 1)) return std::nullopt;
      return size;
    }
    if (symbol == huffman_end || size == room.size()) return std::nullopt;
    room[size++] = static_cast<std::uint8_t>(symbol);
    in.skip(length);
  }
}

}  // namespace quoin::qpack
