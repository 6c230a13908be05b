// SPDX-License-Identifier: BSL-1.0
/// \file
/// The capsules of WebTransport's sessions by their numbers (draft-ietf-webtrans-http3, "Capsule Types").
#pragma once

#include <cstdint>

namespace quoin::http3::webtransport {

enum class session_capsule : std::uint64_t {
  close = 0x2843,
  drain = 0x78ae,
  max_data = 0x190b'4d3d,
  max_stream_data = 0x190b'4d3e,  ///< has no place where sessions have streams of QUIC
  max_bidi_streams = 0x190b'4d3f,
  max_uni_streams = 0x190b'4d40,
  data_blocked = 0x190b'4d41,
  stream_data_blocked = 0x190b'4d42,  ///< the same
  bidi_streams_blocked = 0x190b'4d43,
  uni_streams_blocked = 0x190b'4d44,
};

/// Whether it is about limits that both ends have to have agreed on, and nothing but a number.
constexpr bool is_about_credit(session_capsule what) noexcept {
  switch (what) {
    case session_capsule::max_data:
    case session_capsule::max_bidi_streams:
    case session_capsule::max_uni_streams:
    case session_capsule::data_blocked:
    case session_capsule::bidi_streams_blocked:
    case session_capsule::uni_streams_blocked: return true;
    default: return false;
  }
}

}  // namespace quoin::http3::webtransport
