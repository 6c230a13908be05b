// SPDX-License-Identifier: BSL-1.0
/// \file
/// The representations of field lines in a section (RFC 9204 4.5.2 to 4.5.6).
#pragma once

#include <quoin/qpack/string_literal.hpp>

namespace quoin::qpack {

/// Where a name, or a whole field, is to be found.
enum class reference : std::uint8_t {
  none,       ///< it is spelt out
  fixed,      ///< the static table
  relative,   ///< below the Base: index 0 is the entry just before it
  post_base,  ///< from the Base upwards
};

/// A field line as it stands on the wire.
struct field_line {
  reference table = reference::none;
  bool indexed = false;      ///< the value comes from the table as well
  bool never_index = false;  ///< RFC 9204 4.5.4: the N bit
  std::uint64_t index = 0;
  string_literal name;
  string_literal value;
};

namespace detail {

struct line_shape {
  std::uint8_t pattern;
  unsigned prefix_bits;
};

constexpr line_shape indexed_shape(reference table) noexcept {
  if (table == reference::post_base) return {0x10, 4};
  return {static_cast<std::uint8_t>(table == reference::fixed ? 0xc0 : 0x80), 6};
}

constexpr line_shape named_shape(reference table, bool never_index) noexcept {
  if (table == reference::post_base) return {static_cast<std::uint8_t>(never_index ? 0x08 : 0x00), 3};
  auto const fixed = table == reference::fixed ? 0x10 : 0x00;
  return {static_cast<std::uint8_t>(0x40 | (never_index ? 0x20 : 0x00) | fixed), 4};
}

/// Everything that the first byte says.
constexpr field_line shape_of_line(std::uint8_t first) noexcept {
  field_line line;
  if ((first & 0x80) != 0) {
    line.indexed = true;
    line.table = (first & 0x40) != 0 ? reference::fixed : reference::relative;
  } else if ((first & 0x40) != 0) {
    line.never_index = (first & 0x20) != 0;
    line.table = (first & 0x10) != 0 ? reference::fixed : reference::relative;
  } else if ((first & 0x20) != 0) {
    line.never_index = (first & 0x10) != 0;
  } else {
    line.indexed = (first & 0x10) != 0;
    line.never_index = !line.indexed && (first & 0x08) != 0;
    line.table = reference::post_base;
  }
  return line;
}

}  // namespace detail

/// Reads the next line; a string that stands for more than `longest` bytes makes it invalid.
constexpr parsed<field_line> read_field_line(byte_reader& reader, std::uint64_t longest) noexcept {
  auto const first = reader.peek();
  if (!first) return unexpected{incomplete::truncated};
  auto line = detail::shape_of_line(*first);
  if (line.table == reference::none) {
    auto const name = read_string(reader, 4, longest);
    if (!name) return unexpected{name.error()};
    line.name = *name;
  } else {
    auto const bits = line.indexed ? detail::indexed_shape(line.table).prefix_bits
                                   : detail::named_shape(line.table, line.never_index).prefix_bits;
    auto const index = read_prefixed(reader, bits);
    if (!index) return unexpected{index.error()};
    line.index = *index;
  }
  if (line.indexed) return line;
  auto const value = read_string(reader, 8, longest);
  if (!value) return unexpected{value.error()};
  line.value = *value;
  return line;
}

constexpr bool write_indexed(byte_writer& writer, reference table, std::uint64_t index) noexcept {
  auto const shape = detail::indexed_shape(table);
  return write_prefixed(writer, shape.pattern, shape.prefix_bits, index);
}

constexpr bool write_with_name(byte_writer& writer, reference table, std::uint64_t index, byte_view value,
                               bool never_index) noexcept {
  auto const shape = detail::named_shape(table, never_index);
  return write_prefixed(writer, shape.pattern, shape.prefix_bits, index) && write_string(writer, 0, 8, value);
}

constexpr bool write_literal(byte_writer& writer, byte_view name, byte_view value, bool never_index) noexcept {
  auto const pattern = static_cast<std::uint8_t>(0x20 | (never_index ? 0x10 : 0x00));
  return write_string(writer, pattern, 4, name) && write_string(writer, 0, 8, value);
}

}  // namespace quoin::qpack
