// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why a connection ends: the codes of RFC 9000 20 and the error that carries one through the library.
#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace quoin {

/// Transport error codes (RFC 9000 20.1; 0x0100 to 0x01ff are TLS alerts, RFC 9001 4.8; RFC 9368 10.2).
enum class error_code : std::uint64_t {
  no_error = 0x00,
  internal_error = 0x01,
  connection_refused = 0x02,
  flow_control_error = 0x03,
  stream_limit_error = 0x04,
  stream_state_error = 0x05,
  final_size_error = 0x06,
  frame_encoding_error = 0x07,
  transport_parameter_error = 0x08,
  connection_id_limit_error = 0x09,
  protocol_violation = 0x0a,
  invalid_token = 0x0b,
  application_error = 0x0c,
  crypto_buffer_exceeded = 0x0d,
  key_update_error = 0x0e,
  aead_limit_reached = 0x0f,
  no_viable_path = 0x10,
  version_negotiation_error = 0x11,
  crypto_error = 0x0100,
};

/// The transport error code that stands for a TLS alert (RFC 9001 4.8).
constexpr error_code crypto_error_code(std::uint8_t alert) noexcept {
  return static_cast<error_code>(0x0100 + std::uint64_t{alert});
}

/// A reason to close the connection, in the words of the CONNECTION_CLOSE frame that will tell the peer (RFC
/// 9000 19.19).
struct transport_error {
  error_code code = error_code::internal_error;
  std::string_view reason;       ///< for people; static text, in ASCII
  std::uint64_t frame_type = 0;  ///< the frame that caused it, 0 when unknown

  constexpr bool operator==(transport_error const&) const = default;
};

template <class T = void>
using result = basic_result<T, transport_error>;

/// A failed `result`.
constexpr unexpected<transport_error> fail(error_code code, std::string_view reason,
                                           std::uint64_t frame_type = 0) noexcept {
  return {{code, reason, frame_type}};
}

/// The name of a transport error code as RFC 9000 20.1 writes it; "CRYPTO_ERROR" for TLS alerts.
constexpr std::string_view name_of(error_code code) noexcept {
  switch (code) {
    case error_code::no_error: return "NO_ERROR";
    case error_code::internal_error: return "INTERNAL_ERROR";
    case error_code::connection_refused: return "CONNECTION_REFUSED";
    case error_code::flow_control_error: return "FLOW_CONTROL_ERROR";
    case error_code::stream_limit_error: return "STREAM_LIMIT_ERROR";
    case error_code::stream_state_error: return "STREAM_STATE_ERROR";
    case error_code::final_size_error: return "FINAL_SIZE_ERROR";
    case error_code::frame_encoding_error: return "FRAME_ENCODING_ERROR";
    case error_code::transport_parameter_error: return "TRANSPORT_PARAMETER_ERROR";
    case error_code::connection_id_limit_error: return "CONNECTION_ID_LIMIT_ERROR";
    case error_code::protocol_violation: return "PROTOCOL_VIOLATION";
    case error_code::invalid_token: return "INVALID_TOKEN";
    case error_code::application_error: return "APPLICATION_ERROR";
    case error_code::crypto_buffer_exceeded: return "CRYPTO_BUFFER_EXCEEDED";
    case error_code::key_update_error: return "KEY_UPDATE_ERROR";
    case error_code::aead_limit_reached: return "AEAD_LIMIT_REACHED";
    case error_code::no_viable_path: return "NO_VIABLE_PATH";
    case error_code::version_negotiation_error: return "VERSION_NEGOTIATION_ERROR";
    case error_code::crypto_error: break;
  }
  auto const number = static_cast<std::uint64_t>(code);
  return number >= 0x0100 && number <= 0x01ff ? "CRYPTO_ERROR" : "unknown error code";
}

}  // namespace quoin
