// SPDX-License-Identifier: BSL-1.0
/// \file
/// The frames with small payloads, and the headers of all (RFC 9114 7, RFC 9218 7.2).
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>
#include <quoin/http3/wire/error.hpp>
#include <quoin/http3/wire/types.hpp>

namespace quoin::http3 {

/// The most bytes that a frame's header takes here.
inline constexpr std::size_t most_frame_header = 16;

constexpr bool write_frame_header(byte_writer& writer, frame_type type, std::uint64_t length) noexcept {
  return writer.varint(static_cast<std::uint64_t>(type)) && writer.varint(length);
}

/// A frame that consists of one number: GOAWAY, MAX_PUSH_ID or CANCEL_PUSH.
constexpr bool write_number_frame(byte_writer& writer, frame_type type, std::uint64_t number) noexcept {
  return write_frame_header(writer, type, varint_size(number)) && writer.varint(number);
}

/// RFC 9114 7.1: nothing may be missing, and nothing may follow.
constexpr result<std::uint64_t> read_number_payload(byte_view payload) noexcept {
  byte_reader reader{payload};
  auto const number = reader.varint();
  if (!number || !reader.empty()) return fail(error_code::frame_error, "a frame that is not one number long");
  return *number;
}

/// RFC 9218 7.2.
struct priority_update {
  std::uint64_t element = 0;  ///< a stream ID, or a push ID
  std::string_view value;     ///< as in the Priority field
};

inline result<priority_update> read_priority_update(byte_view payload) noexcept {
  byte_reader reader{payload};
  auto const element = reader.varint();
  if (!element) return fail(error_code::frame_error, "PRIORITY_UPDATE without an element");
  return priority_update{*element, as_text(reader.rest())};
}

inline bool write(byte_writer& writer, priority_update const& update) noexcept {
  return write_frame_header(writer, frame_type::priority_update_of_request,
                            varint_size(update.element) + update.value.size()) &&
         writer.varint(update.element) && writer.bytes(as_bytes(update.value));
}

}  // namespace quoin::http3
