// SPDX-License-Identifier: BSL-1.0
/// \file
/// PATH_CHALLENGE and PATH_RESPONSE: eight bytes there and back prove a path (RFC 9000 19.17, 19.18).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct path_challenge_frame {
  std::array<std::uint8_t, 8> data{};
};

struct path_response_frame {
  std::array<std::uint8_t, 8> data{};
};

constexpr bool write(byte_writer& writer, path_challenge_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return detail::write_numbers(out, frame_type::path_challenge) && out.bytes(frame.data);
  });
}

constexpr bool write(byte_writer& writer, path_response_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) {
    return detail::write_numbers(out, frame_type::path_response) && out.bytes(frame.data);
  });
}

constexpr result<> read(byte_reader& reader, path_challenge_frame& frame) noexcept {
  if (!detail::read_array(reader, frame.data)) return detail::malformed("PATH_CHALLENGE frame cut short");
  return {};
}

constexpr result<> read(byte_reader& reader, path_response_frame& frame) noexcept {
  if (!detail::read_array(reader, frame.data)) return detail::malformed("PATH_RESPONSE frame cut short");
  return {};
}

}  // namespace quoin::wire
