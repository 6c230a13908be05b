// SPDX-License-Identifier: BSL-1.0
/// \file
/// CONNECTION_CLOSE in its two forms (RFC 9000 19.19).
#pragma once

#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct connection_close_frame {
  bool application = false;  ///< the application closed (type 0x1d); `code` is its own
  std::uint64_t code = 0;
  std::uint64_t frame_type = 0;  ///< what the transport stumbled over, 0 when unknown; not sent when `application`
  byte_view reason;              ///< for people; from the peer: any bytes at all
};

constexpr bool write(byte_writer& writer, connection_close_frame const& frame) noexcept {
  auto const type = frame.application ? frame_type::application_close : frame_type::connection_close;
  return detail::write_whole(writer, [&](byte_writer& out) {
    return detail::write_numbers(out, type, frame.code) && (frame.application || out.varint(frame.frame_type)) &&
           out.varint_prefixed_bytes(frame.reason);
  });
}

/// `frame.application` is what the type said.
constexpr result<> read(byte_reader& reader, connection_close_frame& frame) noexcept {
  if (!detail::read_numbers(reader, frame.code)) return detail::malformed("CONNECTION_CLOSE frame cut short");
  if (!frame.application && !detail::read_numbers(reader, frame.frame_type))
    return detail::malformed("CONNECTION_CLOSE frame cut short");
  auto const reason = reader.varint_prefixed_bytes();
  if (!reason) return detail::malformed("CONNECTION_CLOSE reason longer than its packet");
  frame.reason = *reason;
  return {};
}

}  // namespace quoin::wire
