// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames spelled byte by byte, so that tests can say what no honest writer would.
#pragma once

#include <quoin/base/byte_writer.hpp>

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace quoin::testing {

using bytes = std::vector<std::uint8_t>;

inline bytes operator+(bytes left, bytes const& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// A variable-length integer, in the shortest form or in one of `size` bytes.
inline bytes number(std::uint64_t value, std::size_t size = 0) {
  bytes room(8);
  byte_writer writer{room};
  size == 0 ? writer.varint(value) : writer.varint(value, size);
  room.resize(writer.size());
  return room;
}

/// Variable-length integers one after another: a type and its fields.
inline bytes numbers(std::initializer_list<std::uint64_t> values) {
  bytes all;
  for (auto const value : values) all = std::move(all) + number(value);
  return all;
}

inline bytes repeated(std::size_t count, std::uint8_t value = 0) {
  return bytes(count, value);
}

inline bytes text(std::string_view words) {
  return {words.begin(), words.end()};
}

/// STREAM with an offset and a length.
inline bytes stream(std::uint64_t id, std::uint64_t offset, bytes const& data, bool fin = false) {
  return numbers({fin ? 0x0fU : 0x0eU, id, offset, data.size()}) + data;
}

inline bytes crypto(std::uint64_t offset, bytes const& data) {
  return numbers({0x06, offset, data.size()}) + data;
}

/// NEW_CONNECTION_ID with an ID of 8 bytes `fill` and a token of 16 bytes `token`.
inline bytes new_id(std::uint64_t sequence, std::uint64_t retire_prior_to, std::uint8_t fill, std::uint8_t token) {
  return numbers({0x18, sequence, retire_prior_to}) + bytes{8} + repeated(8, fill) + repeated(16, token);
}

/// ACK of the numbers `smallest` to `largest`.
inline bytes ack(std::uint64_t largest, std::uint64_t smallest, std::uint64_t delay = 0) {
  return numbers({0x02, largest, delay, 0, largest - smallest});
}

inline bytes const ping{0x01};

}  // namespace quoin::testing
