// SPDX-License-Identifier: BSL-1.0
/// \file
/// Frames that say everything with their type: PADDING, PING and HANDSHAKE_DONE (RFC 9000 19.1, 19.2, 19.20).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

/// A run of PADDING frames of one byte each, taken as one.
struct padding_frame {
  std::size_t size = 1;  ///< bytes, at least 1
};

struct ping_frame {};

struct handshake_done_frame {};

constexpr bool write(byte_writer& writer, padding_frame const& frame) noexcept {
  return detail::write_whole(writer, [&](byte_writer& out) { return out.fill(frame.size, 0); });
}

constexpr bool write(byte_writer& writer, ping_frame const&) noexcept {
  return detail::write_numbers(writer, frame_type::ping);
}

constexpr bool write(byte_writer& writer, handshake_done_frame const&) noexcept {
  return detail::write_numbers(writer, frame_type::handshake_done);
}

/// Takes all the padding that follows, so that a handler is called once for a padded datagram.
constexpr result<> read(byte_reader& reader, padding_frame& frame) noexcept {
  auto const rest = byte_reader{reader}.rest();
  auto const end = std::find_if(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte != 0; });
  auto const more = static_cast<std::size_t>(end - rest.begin());
  reader.bytes(more);
  frame.size = 1 + more;
  return {};
}

constexpr result<> read(byte_reader&, ping_frame&) noexcept {
  return {};
}

constexpr result<> read(byte_reader&, handshake_done_frame&) noexcept {
  return {};
}

}  // namespace quoin::wire
