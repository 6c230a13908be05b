// SPDX-License-Identifier: BSL-1.0
/// \file
/// What stands before the field lines of a section: the state of the table that they were written for (RFC 9204 4.5.1).
#pragma once

#include <quoin/qpack/error.hpp>
#include <quoin/qpack/prefixed_integer.hpp>

namespace quoin::qpack {

struct section_prefix {
  std::uint64_t required_insert_count = 0;  ///< entries that the decoder must have
  std::uint64_t base = 0;                   ///< what relative indices count from
};

/// RFC 9204 4.5.1.1: the most entries that a table of this maximum capacity can have.
constexpr std::uint64_t most_entries(std::uint64_t max_capacity) noexcept {
  return max_capacity / 32;
}

/// The most bytes that a prefix takes.
inline constexpr std::size_t most_prefix_size = 22;

/// `base` is at least the required count, as it is when all insertions come before the lines.
constexpr bool write(byte_writer& writer, section_prefix const& prefix, std::uint64_t max_capacity) noexcept {
  auto const required = prefix.required_insert_count;
  auto const encoded = required == 0 ? 0 : required % (2 * most_entries(max_capacity)) + 1;
  return write_prefixed(writer, 0, 8, encoded) && write_prefixed(writer, 0, 7, prefix.base - required);
}

namespace detail {

/// RFC 9204 4.5.1.1, backwards: the one count that is near `inserted` and would be written so.
constexpr std::optional<std::uint64_t> required_count(std::uint64_t encoded, std::uint64_t inserted,
                                                      std::uint64_t max_capacity) noexcept {
  if (encoded == 0) return 0;
  auto const most = most_entries(max_capacity);
  auto const range = 2 * most;
  if (encoded > range) return std::nullopt;
  auto const largest = inserted + most;
  auto required = largest / range * range + encoded - 1;
  if (required > largest) {
    if (required <= range) return std::nullopt;
    required -= range;
  }
  if (required == 0) return std::nullopt;
  return required;
}

}  // namespace detail

/// Reads a prefix for a table with `inserted` insertions so far.
constexpr result<section_prefix> read_section_prefix(byte_reader& reader, std::uint64_t inserted,
                                                     std::uint64_t max_capacity) noexcept {
  auto const encoded = read_prefixed(reader, 8);
  auto const first = reader.peek();
  auto const delta = read_prefixed(reader, 7);
  if (!encoded || !delta) return fail(error_code::decompression_failed, "QPACK: the section's prefix is broken");
  auto const required = detail::required_count(*encoded, inserted, max_capacity);
  if (!required) return fail(error_code::decompression_failed, "QPACK: no encoder writes this Required Insert Count");
  if ((*first & 0x80) == 0) return section_prefix{*required, *required + *delta};
  // RFC 9204 4.5.1.2: a Base below zero is invalid.
  if (*required <= *delta) return fail(error_code::decompression_failed, "QPACK: the section's Base is negative");
  return section_prefix{*required, *required - *delta - 1};
}

}  // namespace quoin::qpack
