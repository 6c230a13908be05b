// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why a WebSocket ends (RFC 6455 7.4).
#pragma once

#include <quoin/base/result.hpp>

#include <cstdint>
#include <string_view>

namespace quoin::http3::websocket {

/// Those that are used here; 3000 to 4999 are the application's.
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  none = 1005,      ///< the peer gave none; never sent
  abnormal = 1006,  ///< the stream ended without a Close frame; never sent
  invalid_payload = 1007,
  policy_violation = 1008,
  too_big = 1009,
  internal_error = 1011,
};

/// Whether a Close frame may carry it (RFC 6455 7.4.1, 7.4.2).
constexpr bool may_be_sent(close_code code) noexcept {
  auto const number = static_cast<std::uint16_t>(code);
  bool const registered = (number >= 1000 && number <= 1003) || (number >= 1007 && number <= 1014);
  return registered || (number >= 3000 && number <= 4999);
}

/// What the peer did wrong, and the code to say so.
struct violation {
  close_code code = close_code::protocol_error;
  std::string_view reason;  ///< static text, in ASCII
  constexpr bool operator==(violation const&) const = default;
};
template <class T = void>
using failable = basic_result<T, violation>;

constexpr unexpected<violation> fail(close_code code, std::string_view reason) noexcept {
  return {{code, reason}};
}

}  // namespace quoin::http3::websocket
