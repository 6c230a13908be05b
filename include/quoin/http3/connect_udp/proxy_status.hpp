// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a proxy says what went wrong: the Proxy-Status field (RFC 9209).
#pragma once

#include <quoin/http3/message/field_rules.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace quoin::http3::connect_udp {

/// Those of RFC 9209 2.3 that a proxy for UDP has use for.
enum class proxy_error : std::uint8_t {
  dns_timeout,
  dns_error,
  destination_unavailable,
  destination_ip_prohibited,
  destination_ip_unroutable,
  connection_limit_reached,
  http_request_error,
  http_request_denied,
  proxy_internal_error,
};

constexpr std::string_view name_of(proxy_error error) noexcept {
  switch (error) {
    case proxy_error::dns_timeout: return "dns_timeout";
    case proxy_error::dns_error: return "dns_error";
    case proxy_error::destination_unavailable: return "destination_unavailable";
    case proxy_error::destination_ip_prohibited: return "destination_ip_prohibited";
    case proxy_error::destination_ip_unroutable: return "destination_ip_unroutable";
    case proxy_error::connection_limit_reached: return "connection_limit_reached";
    case proxy_error::http_request_error: return "http_request_error";
    case proxy_error::http_request_denied: return "http_request_denied";
    case proxy_error::proxy_internal_error: return "proxy_internal_error";
  }
  return "proxy_internal_error";
}

/// The status that goes with it (RFC 9209 2.3).
constexpr unsigned status_for(proxy_error error) noexcept {
  switch (error) {
    case proxy_error::dns_timeout: return 504;
    case proxy_error::dns_error:
    case proxy_error::destination_ip_prohibited:
    case proxy_error::destination_ip_unroutable: return 502;
    case proxy_error::destination_unavailable:
    case proxy_error::connection_limit_reached: return 503;
    case proxy_error::http_request_error: return 400;
    case proxy_error::http_request_denied: return 403;
    case proxy_error::proxy_internal_error: return 500;
  }
  return 500;
}

/// A token of Structured Fields (RFC 8941 3.3.4), as proxies may be called.
constexpr bool is_proxy_name(std::string_view text) noexcept {
  if (text.empty()) return false;
  bool const letter = (text.front() >= 'a' && text.front() <= 'z') || (text.front() >= 'A' && text.front() <= 'Z');
  return letter && is_token(text);
}

/// The field's value. `details` is for people, in visible ASCII and spaces; anything else in it becomes '?'.
inline std::string proxy_status(std::string_view proxy, proxy_error error, std::string_view details) {
  std::string value{proxy};
  value.append("; error=").append(name_of(error));
  if (details.empty()) return value;
  value += "; details=\"";
  for (auto const c : details) {
    if (c == '"' || c == '\\') value += '\\';
    value += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return value += '"';
}

}  // namespace quoin::http3::connect_udp
