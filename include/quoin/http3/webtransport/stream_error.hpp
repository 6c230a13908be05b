// SPDX-License-Identifier: BSL-1.0
/// \file
/// The error codes of WebTransport's streams (draft-ietf-webtrans-http3, "Resetting Data Streams").
#pragma once

#include <quoin/http3/wire/error.hpp>

#include <cstdint>
#include <optional>

namespace quoin::http3::webtransport {

/// Why a stream ends that no application ended.
inline constexpr auto buffered_stream_rejected = static_cast<error_code>(0x3994bd84);
inline constexpr auto session_gone = static_cast<error_code>(0x170d7b68);
/// Why a session ends whose peer did more than it was allowed.
inline constexpr auto flow_control_error = static_cast<error_code>(0x045d4487);
/// Why a session ends before it has begun: the protocols that the application asked for.
inline constexpr auto alpn_error = static_cast<error_code>(0x0817b3dd);

namespace detail {

inline constexpr std::uint64_t first_application_error = 0x52e4'a40f'a8db;
inline constexpr std::uint64_t last_application_error = 0x52e5'ac98'3162;
/// RFC 9114 8.1 reserves one code in 31, and the first application error comes right after such a one.
inline constexpr std::uint64_t reserved_period = 0x1f;

}  // namespace detail

/// The code by which HTTP/3 resets a stream for the application's `code`; it is never a reserved one.
constexpr error_code to_http3(std::uint32_t code) noexcept {
  return static_cast<error_code>(detail::first_application_error + code + code / (detail::reserved_period - 1));
}

/// The application's code; nothing where the peer's is reserved or outside the range, which still resets the stream.
constexpr std::optional<std::uint32_t> to_application(error_code code) noexcept {
  auto const number = number_of(code);
  if (number < detail::first_application_error || number > detail::last_application_error) return std::nullopt;
  auto const shifted = number - detail::first_application_error;
  if (shifted % detail::reserved_period == detail::reserved_period - 1) return std::nullopt;
  return static_cast<std::uint32_t>(shifted - shifted / detail::reserved_period);
}

}  // namespace quoin::http3::webtransport
