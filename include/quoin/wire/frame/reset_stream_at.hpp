// SPDX-License-Identifier: BSL-1.0
/// \file
/// RESET_STREAM_AT: a stream is given up, but for its beginning (draft-ietf-quic-reliable-stream-reset 4).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct reset_stream_at_frame {
  static constexpr std::uint64_t first_type = 0x24;
  static constexpr std::uint64_t last_type = 0x24;
  static constexpr std::uint8_t rules = with_application_data | makes_work;

  stream_id id;
  std::uint64_t code = 0;  ///< of the application protocol
  std::uint64_t final_size = 0;
  std::uint64_t reliable_size = 0;  ///< bytes that are delivered all the same; at most `final_size`
};

constexpr bool write(byte_writer& writer, reset_stream_at_frame const& frame) noexcept {
  return detail::write_numbers(writer, frame_type::reset_stream_at, frame.id.value(), frame.code, frame.final_size,
                               frame.reliable_size);
}

constexpr result<> read(byte_reader& reader, std::uint64_t, reset_stream_at_frame& frame) noexcept {
  std::uint64_t id = 0;
  if (!detail::read_numbers(reader, id, frame.code, frame.final_size, frame.reliable_size))
    return detail::malformed("RESET_STREAM_AT frame cut short");
  if (frame.reliable_size > frame.final_size)
    return detail::malformed("RESET_STREAM_AT with a reliable size beyond the final size");
  frame.id = stream_id{id};
  return {};
}

}  // namespace quoin::wire
