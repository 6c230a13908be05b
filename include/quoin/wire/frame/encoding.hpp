// SPDX-License-Identifier: BSL-1.0
/// \file
/// What all frames share on their way out and in. Each family offers, for each of its frames `X`,
/// `bool write(byte_writer&, X const&)`, which writes the whole frame with its type or nothing and says which, and
/// `result<> read(byte_reader&, X&)`, which reads and checks what follows the type.
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>
#include <quoin/core/error.hpp>
#include <quoin/wire/frame_type.hpp>

#include <algorithm>
#include <array>
#include <concepts>

namespace quoin::wire::detail {

/// Runs `body(writer)`, a chain of writes; when it fails the writer is as it was.
template <class Body>
constexpr bool write_whole(byte_writer& writer, Body const& body) noexcept {
  auto attempt = writer;
  if (!body(attempt)) return false;
  writer = attempt;
  return true;
}

/// A frame that is its type and variable-length integers.
template <std::same_as<std::uint64_t>... Number>
constexpr bool write_numbers(byte_writer& writer, frame_type type, Number... numbers) noexcept {
  return write_whole(writer, [&](byte_writer& out) {
    return out.varint(static_cast<std::uint64_t>(type)) && (out.varint(numbers) && ...);
  });
}

/// Reads as many variable-length integers as there are arguments; false when the bytes end before.
template <std::same_as<std::uint64_t>... Number>
constexpr bool read_numbers(byte_reader& reader, Number&... numbers) noexcept {
  auto const read_one = [&reader](std::uint64_t& number) {
    auto const value = reader.varint();
    if (value) number = *value;
    return value.has_value();
  };
  return (read_one(numbers) && ...);
}

/// Fills `out` with the next bytes; false when there are fewer.
template <std::size_t Size>
constexpr bool read_array(byte_reader& reader, std::array<std::uint8_t, Size>& out) noexcept {
  auto const bytes = reader.bytes(Size);
  if (bytes) std::copy_n(bytes->data(), Size, out.data());
  return bytes.has_value();
}

/// The answer to a frame that breaks its own format; who dispatched the frame adds its type.
constexpr unexpected<transport_error> malformed(std::string_view reason) noexcept {
  return fail(error_code::frame_encoding_error, reason);
}

}  // namespace quoin::wire::detail
