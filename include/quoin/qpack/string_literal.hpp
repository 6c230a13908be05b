// SPDX-License-Identifier: BSL-1.0
/// \file
/// Strings that begin inside a byte, in Huffman code or not (RFC 9204 4.1.2).
#pragma once

#include <quoin/qpack/huffman.hpp>
#include <quoin/qpack/prefixed_integer.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

namespace quoin::qpack {

/// A string as it stands on the wire.
struct string_literal {
  byte_view bytes;
  bool huffman = false;

  /// The fewest and the most bytes that it can stand for.
  [[nodiscard]] constexpr std::uint64_t fewest() const noexcept {
    return huffman ? huffman_fewest_symbols(bytes.size()) : bytes.size();
  }
  [[nodiscard]] constexpr std::uint64_t most() const noexcept {
    return huffman ? huffman_most_symbols(bytes.size()) : bytes.size();
  }
};

/// Reads a literal with a prefix of `prefix_bits`, the Huffman flag among them. One that stands for more than `longest`
/// bytes is invalid as soon as its length is known, before its bytes have come (RFC 9204 7.4). Moves nothing unless it
/// succeeds.
constexpr parsed<string_literal> read_string(byte_reader& reader, unsigned prefix_bits,
                                             std::uint64_t longest) noexcept {
  auto ahead = reader;
  auto const first = ahead.peek();
  if (!first) return unexpected{incomplete::truncated};
  bool const huffman = (*first >> (prefix_bits - 1) & 1) != 0;
  auto const size = read_prefixed(ahead, prefix_bits - 1);
  if (!size) return unexpected{size.error()};
  // A string of more bytes than any number here can count is too long as well.
  if (*size > (std::uint64_t{1} << 56) || (huffman ? huffman_fewest_symbols(*size) : *size) > longest)
    return unexpected{incomplete::invalid};
  auto const bytes = ahead.bytes(*size);
  if (!bytes) return unexpected{incomplete::truncated};
  reader = ahead;
  return string_literal{*bytes, huffman};
}

/// Writes `text` behind the bits of `pattern` above a prefix of `prefix_bits`, in whichever form is shorter.
constexpr bool write_string(byte_writer& writer, std::uint8_t pattern, unsigned prefix_bits, byte_view text) noexcept {
  auto const coded = huffman_size(text);
  if (coded >= text.size()) return write_prefixed(writer, pattern, prefix_bits - 1, text.size()) && writer.bytes(text);
  auto const flag = static_cast<std::uint8_t>(1U << (prefix_bits - 1));
  return write_prefixed(writer, static_cast<std::uint8_t>(pattern | flag), prefix_bits - 1, coded) &&
         write_huffman(writer, text);
}

/// The most bytes that `write_string` takes for a text of `size` bytes.
constexpr std::size_t most_string_size(std::size_t size) noexcept {
  return 10 + size;
}

/// Memory for one decoded string, kept from one to the next.
class string_room {
 public:
  /// The text of a literal; plain ones are not copied. Nothing when its Huffman code is wrong. Good until the next
  /// call.
  std::optional<std::string_view> text_of(string_literal const& literal) {
    if (!literal.huffman) return as_text(literal.bytes);
    auto const most = static_cast<std::size_t>(literal.most());
    if (room_.size() < most) room_.resize(most);
    auto const size = read_huffman(literal.bytes, room_);
    if (!size) return std::nullopt;
    return as_text(byte_view{room_}.first(*size));
  }

 private:
  std::vector<std::uint8_t> room_;
};

}  // namespace quoin::qpack
