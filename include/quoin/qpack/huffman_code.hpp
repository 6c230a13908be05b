// SPDX-License-Identifier: BSL-1.0
/// \file
/// The Huffman code of HPACK and QPACK (RFC 7541 appendix B). It is canonical: codes of one length count upwards with
/// the symbols that have it, and each length goes on where the shorter one stopped. The lengths say it all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace quoin::qpack {

inline constexpr std::size_t huffman_symbols = 257;
inline constexpr std::uint16_t huffman_end = 256;  ///< EOS, whose first bits are the padding of every string
inline constexpr unsigned huffman_longest = 30;    ///< bits
inline constexpr unsigned huffman_shortest = 5;    ///< bits

/// Bits of each symbol's code.
inline constexpr std::array<std::uint8_t, huffman_symbols> huffman_lengths{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,  5,  5,  5,  6,  6,  6,  6,  6,  6,  6,
    7,  8,  15, 6,  12, 10, 13, 6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
    7,  8,  7,  8,  13, 19, 13, 14, 6,  15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  6,  7,  6,  5,
    5,  6,  7,  7,  7,  7,  7,  15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24,
    24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22,
    23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26,
    27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23,
    22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
};

/// A symbol's code in the low `length` bits.
struct huffman_code {
  std::uint32_t bits = 0;
  std::uint8_t length = 0;
};

namespace detail {

struct huffman_tables {
  std::array<huffman_code, huffman_symbols> codes{};
  std::array<std::uint16_t, huffman_symbols> by_code{};  ///< symbols in the order of their codes
  /// For each length: the first code that is too large for it, moved up to 32 bits, and where its symbols begin.
  std::array<std::uint64_t, huffman_longest + 1> end{};
  std::array<std::uint32_t, huffman_longest + 1> first_code{};
  std::array<std::uint16_t, huffman_longest + 1> first_symbol{};

  constexpr huffman_tables() {
    std::uint32_t code = 0;
    std::uint16_t count = 0;
    for (unsigned length = 1; length <= huffman_longest; ++length) {
      code <<= 1;
      first_code[length] = code;
      first_symbol[length] = count;
      for (std::uint16_t symbol = 0; symbol < huffman_symbols; ++symbol) {
        if (huffman_lengths[symbol] != length) continue;
        codes[symbol] = {code++, static_cast<std::uint8_t>(length)};
        by_code[count++] = symbol;
      }
      end[length] = std::uint64_t{code} << (32 - length);
    }
  }
};

inline constexpr huffman_tables huffman{};

/// What the next bits of a string may be when they are looked up at once.
struct short_code {
  std::uint8_t symbol = 0;
  std::uint8_t length = 0;  ///< 0: the code is longer than the table's index
};

inline constexpr unsigned short_code_bits = 10;

inline constexpr auto short_codes = [] {
  std::array<short_code, std::size_t{1} << short_code_bits> table{};
  for (std::uint16_t symbol = 0; symbol < huffman_end; ++symbol) {
    auto const code = huffman.codes[symbol];
    if (code.length > short_code_bits) continue;
    auto const spare = short_code_bits - code.length;
    auto const first = std::size_t{code.bits} << spare;
    for (std::size_t i = 0; i < std::size_t{1} << spare; ++i)
      table[first + i] = {static_cast<std::uint8_t>(symbol), code.length};
  }
  return table;
}();

}  // namespace detail

}  // namespace quoin::qpack
