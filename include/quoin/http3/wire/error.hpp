// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why an HTTP/3 stream or connection ends (RFC 9114 8).
#pragma once

#include <quoin/base/result.hpp>
#include <quoin/qpack/error.hpp>

#include <cstdint>
#include <string_view>

namespace quoin::http3 {

/// Error codes of RFC 9114 8.1 and RFC 9297 5.2, and those of QPACK (RFC 9204 6), which end the same connections. To
/// QUIC they are application error codes (RFC 9000 20.2).
enum class error_code : std::uint64_t {
  datagram_error = 0x33,
  no_error = 0x0100,
  general_protocol_error = 0x0101,
  internal_error = 0x0102,
  stream_creation_error = 0x0103,
  closed_critical_stream = 0x0104,
  frame_unexpected = 0x0105,
  frame_error = 0x0106,
  excessive_load = 0x0107,
  id_error = 0x0108,
  settings_error = 0x0109,
  missing_settings = 0x010a,
  request_rejected = 0x010b,
  request_cancelled = 0x010c,
  request_incomplete = 0x010d,
  message_error = 0x010e,
  connect_error = 0x010f,
  version_fallback = 0x0110,
  qpack_decompression_failed = 0x0200,
  qpack_encoder_stream_error = 0x0201,
  qpack_decoder_stream_error = 0x0202,
};

constexpr std::uint64_t number_of(error_code code) noexcept {
  return static_cast<std::uint64_t>(code);
}

/// What RFC 9114 calls it, for logs; "an unknown code" for others, which mean what H3_NO_ERROR means (RFC 9114 9).
constexpr std::string_view name_of(error_code code) noexcept {
  switch (code) {
    case error_code::datagram_error: return "H3_DATAGRAM_ERROR";
    case error_code::no_error: return "H3_NO_ERROR";
    case error_code::general_protocol_error: return "H3_GENERAL_PROTOCOL_ERROR";
    case error_code::internal_error: return "H3_INTERNAL_ERROR";
    case error_code::stream_creation_error: return "H3_STREAM_CREATION_ERROR";
    case error_code::closed_critical_stream: return "H3_CLOSED_CRITICAL_STREAM";
    case error_code::frame_unexpected: return "H3_FRAME_UNEXPECTED";
    case error_code::frame_error: return "H3_FRAME_ERROR";
    case error_code::excessive_load: return "H3_EXCESSIVE_LOAD";
    case error_code::id_error: return "H3_ID_ERROR";
    case error_code::settings_error: return "H3_SETTINGS_ERROR";
    case error_code::missing_settings: return "H3_MISSING_SETTINGS";
    case error_code::request_rejected: return "H3_REQUEST_REJECTED";
    case error_code::request_cancelled: return "H3_REQUEST_CANCELLED";
    case error_code::request_incomplete: return "H3_REQUEST_INCOMPLETE";
    case error_code::message_error: return "H3_MESSAGE_ERROR";
    case error_code::connect_error: return "H3_CONNECT_ERROR";
    case error_code::version_fallback: return "H3_VERSION_FALLBACK";
    case error_code::qpack_decompression_failed: return "QPACK_DECOMPRESSION_FAILED";
    case error_code::qpack_encoder_stream_error: return "QPACK_ENCODER_STREAM_ERROR";
    case error_code::qpack_decoder_stream_error: return "QPACK_DECODER_STREAM_ERROR";
  }
  return "an unknown code";
}

/// How much ends with an error (RFC 9114 8).
enum class error_scope : std::uint8_t { stream, connection };

struct error {
  error_code code = error_code::internal_error;
  std::string_view reason;  ///< for people; static text, in ASCII
  error_scope scope = error_scope::connection;

  constexpr bool operator==(error const&) const = default;
};

template <class T = void>
using result = basic_result<T, error>;

/// The connection must end.
constexpr unexpected<error> fail(error_code code, std::string_view reason) noexcept {
  return {{code, reason}};
}

/// The stream must end, and the connection may live on.
constexpr unexpected<error> fail_stream(error_code code, std::string_view reason) noexcept {
  return {{code, reason, error_scope::stream}};
}

/// What QPACK cannot go on with ends the connection (RFC 9204 2.2).
constexpr error from(qpack::error const& failed) noexcept {
  return {static_cast<error_code>(failed.code), failed.reason};
}

}  // namespace quoin::http3
