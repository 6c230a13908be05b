// SPDX-License-Identifier: BSL-1.0
/// \file
/// The numbers of HTTP/3: frame types, stream types, settings, and which frame may come where (RFC 9114 7.2, 11.2).
#pragma once

#include <quoin/core/types.hpp>

#include <cstdint>

namespace quoin::http3 {

/// RFC 9114 11.2.1, RFC 9218 10.
enum class frame_type : std::uint64_t {
  data = 0x00,
  headers = 0x01,
  cancel_push = 0x03,
  settings = 0x04,
  push_promise = 0x05,
  goaway = 0x07,
  max_push_id = 0x0d,
  priority_update_of_request = 0xf0700,
  priority_update_of_push = 0xf0701,
};

/// Of unidirectional streams (RFC 9114 11.2.4, RFC 9204 8.2, draft-ietf-webtrans-http3 "Unidirectional streams").
enum class stream_type : std::uint64_t {
  control = 0x00,
  push = 0x01,
  qpack_encoder = 0x02,
  qpack_decoder = 0x03,
  webtransport = 0x54,
};

/// What a bidirectional stream of WebTransport begins with. It stands among the frame types so that none takes it, but
/// nothing that begins so has a length (draft-ietf-webtrans-http3, "Bidirectional Streams").
inline constexpr std::uint64_t webtransport_signal = 0x41;

/// RFC 9114 11.2.2, RFC 9204 8.1, RFC 9220 5, RFC 9297 5.1. WebTransport has one setting for each of its drafts.
enum class setting : std::uint64_t {
  qpack_max_table_capacity = 0x01,
  max_field_section_size = 0x06,
  qpack_blocked_streams = 0x07,
  enable_connect_protocol = 0x08,
  h3_datagram = 0x33,
  webtransport_enabled = 0x2c7c'f000,       ///< of the newest draft
  webtransport_max_sessions = 0xc671'706a,  ///< drafts 7 to 12
  webtransport_draft02 = 0x2b60'3742,
  webtransport_max_data = 0x2b61,  ///< SETTINGS_WT_INITIAL_MAX_DATA, and so on
  webtransport_max_uni_streams = 0x2b64,
  webtransport_max_bidi_streams = 0x2b65,
};

/// Types, settings and codes without a meaning, which everybody must bear (RFC 9114 6.2.3, 7.2.8, 7.2.4.1, 8.1).
constexpr bool is_reserved(std::uint64_t number) noexcept {
  return number >= 0x21 && (number - 0x21) % 0x1f == 0;
}
/// The `n`th of them, for saying something meaningless now and then.
constexpr std::uint64_t reserved_number(std::uint32_t n) noexcept {
  return 0x21 + std::uint64_t{0x1f} * n;
}

/// Frames of HTTP/2 that HTTP/3 does without (RFC 9114 7.2.8): PRIORITY, PING, WINDOW_UPDATE, CONTINUATION.
constexpr bool is_frame_of_http2(std::uint64_t type) noexcept {
  return type == 0x02 || type == 0x06 || type == 0x08 || type == 0x09;
}

/// Settings of HTTP/2 that HTTP/3 does without (RFC 9114 7.2.4.1, 11.2.2).
constexpr bool is_setting_of_http2(std::uint64_t id) noexcept {
  return id == 0x00 || (id >= 0x02 && id <= 0x05);
}

enum class frame_place : std::uint8_t { control_stream, request_stream };

/// What to do with a frame by its type alone.
enum class frame_verdict : std::uint8_t {
  take,
  skip,        ///< nobody knows it (RFC 9114 9)
  unexpected,  ///< H3_FRAME_UNEXPECTED
  unpromised,  ///< it speaks of a push that we never allowed: H3_ID_ERROR (RFC 9114 4.6)
};

/// RFC 9114 7.2, table 1; RFC 9218 7.2.
constexpr frame_verdict judge(std::uint64_t type, frame_place place, role receiver) noexcept {
  bool const control = place == frame_place::control_stream;
  bool const server = receiver == role::server;
  auto const only_if = [](bool fits) { return fits ? frame_verdict::take : frame_verdict::unexpected; };
  switch (static_cast<frame_type>(type)) {
    case frame_type::data:
    case frame_type::headers: return only_if(!control);
    case frame_type::settings:
    case frame_type::goaway:
    case frame_type::cancel_push: return only_if(control);
    case frame_type::push_promise: return control || server ? frame_verdict::unexpected : frame_verdict::unpromised;
    case frame_type::max_push_id:
    case frame_type::priority_update_of_request:
    case frame_type::priority_update_of_push: return only_if(control && server);
  }
  return is_frame_of_http2(type) ? frame_verdict::unexpected : frame_verdict::skip;
}

}  // namespace quoin::http3
