// SPDX-License-Identifier: BSL-1.0
/// \file
/// What encoder and decoder tell each other about the table (RFC 9204 4.3, 4.4).
#pragma once

#include <quoin/qpack/static_table.hpp>
#include <quoin/qpack/string_literal.hpp>

namespace quoin::qpack {

/// An instruction on an encoder stream (RFC 9204 4.3).
struct encoder_instruction {
  enum class kind : std::uint8_t {
    set_capacity,      ///< `number` is the new capacity
    insert_with_name,  ///< `number` is the index of the name, in the static table or relative, and `value` the value
    insert,            ///< `name` and `value`
    duplicate,         ///< `number` is a relative index
  };
  kind what = kind::set_capacity;
  bool static_name = false;
  std::uint64_t number = 0;
  string_literal name;
  string_literal value;
};

/// Reads one; a string that stands for more than `longest` bytes makes it invalid. Moves nothing unless it succeeds.
constexpr parsed<encoder_instruction> read_encoder_instruction(byte_reader& reader, std::uint64_t longest) noexcept {
  using kind = encoder_instruction::kind;
  auto ahead = reader;
  auto const first = ahead.peek();
  if (!first) return unexpected{incomplete::truncated};
  encoder_instruction read;
  bool const has_name_index = (*first & 0x80) != 0;
  if (has_name_index || (*first & 0x40) == 0) {
    read.what = has_name_index ? kind::insert_with_name : (*first & 0x20) != 0 ? kind::set_capacity : kind::duplicate;
    read.static_name = has_name_index && (*first & 0x40) != 0;
    auto const number = read_prefixed(ahead, has_name_index ? 6 : 5);
    if (!number) return unexpected{number.error()};
    read.number = *number;
    // Known to be wrong before the value has come.
    if (read.static_name && read.number >= static_table_size) return unexpected{incomplete::invalid};
  } else {
    read.what = kind::insert;
    auto const name = read_string(ahead, 6, longest);
    if (!name) return unexpected{name.error()};
    read.name = *name;
  }
  if (read.what == kind::insert || has_name_index) {
    auto const value = read_string(ahead, 8, longest);
    if (!value) return unexpected{value.error()};
    read.value = *value;
  }
  reader = ahead;
  return read;
}

/// An instruction on a decoder stream (RFC 9204 4.4).
struct decoder_instruction {
  enum class kind : std::uint8_t {
    section_acknowledgment,  ///< `number` is a stream ID
    stream_cancellation,     ///< `number` is a stream ID
    insert_count_increment,  ///< `number` is the increment
  };
  kind what = kind::section_acknowledgment;
  std::uint64_t number = 0;
};

namespace detail {

struct instruction_shape {
  std::uint8_t pattern;
  unsigned prefix_bits;
};

constexpr instruction_shape shape_of(decoder_instruction::kind what) noexcept {
  switch (what) {
    case decoder_instruction::kind::section_acknowledgment: return {0x80, 7};
    case decoder_instruction::kind::stream_cancellation: return {0x40, 6};
    case decoder_instruction::kind::insert_count_increment: break;
  }
  return {0x00, 6};
}

}  // namespace detail

constexpr parsed<decoder_instruction> read_decoder_instruction(byte_reader& reader) noexcept {
  using kind = decoder_instruction::kind;
  auto const first = reader.peek();
  if (!first) return unexpected{incomplete::truncated};
  auto const what = (*first & 0x80) != 0   ? kind::section_acknowledgment
                    : (*first & 0x40) != 0 ? kind::stream_cancellation
                                           : kind::insert_count_increment;
  auto const number = read_prefixed(reader, detail::shape_of(what).prefix_bits);
  if (!number) return unexpected{number.error()};
  return decoder_instruction{what, *number};
}

/// The most bytes that a decoder instruction takes.
inline constexpr std::size_t most_decoder_instruction_size = 11;

constexpr bool write(byte_writer& writer, decoder_instruction const& instruction) noexcept {
  auto const shape = detail::shape_of(instruction.what);
  return write_prefixed(writer, shape.pattern, shape.prefix_bits, instruction.number);
}

}  // namespace quoin::qpack
