// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a request's target may look like: enough of RFC 3986 that nobody behind us reads it another way
/// (RFC 9114 4.3.1, 10.3; RFC 9110 4.2).
#pragma once

#include <algorithm>
#include <string_view>

namespace quoin::http3 {

constexpr bool is_http(std::string_view scheme) noexcept {
  return scheme == "http" || scheme == "https";
}

/// RFC 3986 3.1, in lower case, which is how schemes are compared.
constexpr bool is_scheme(std::string_view text) noexcept {
  constexpr auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || !is_letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

/// Visible ASCII without what ends an authority. No userinfo: http and https have none (RFC 9114 4.3.1).
constexpr bool is_authority(std::string_view text) noexcept {
  if (text.empty() || text.front() == ':') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f && std::string_view{"@/?#\\\"<>^`{|}"}.find(c) == std::string_view::npos;
  });
}

/// The target of CONNECT (RFC 9114 4.4).
constexpr bool is_host_and_port(std::string_view text) noexcept {
  auto const colon = text.rfind(':');
  if (!is_authority(text) || colon == std::string_view::npos || colon + 1 == text.size() || text.size() - colon > 6)
    return false;
  unsigned port = 0;
  for (auto const c : text.substr(colon + 1)) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port > 0 && port <= 65535;
}

/// The host of an authority as certificates name it: without port, and an IPv6 address without its brackets, which are
/// the authority's (RFC 3986 3.2.2, RFC 9110 4.3.4). An IPv6 address that came without brackets is taken as a whole.
constexpr std::string_view host_of(std::string_view authority) noexcept {
  if (authority.starts_with('[')) {
    auto const close = authority.find(']');
    return close == std::string_view::npos ? authority : authority.substr(1, close - 1);
  }
  auto const colon = authority.find(':');
  return colon == authority.rfind(':') ? authority.substr(0, colon) : authority;
}

/// A path with its query. The asterisk stands for a server as a whole, in OPTIONS only.
constexpr bool is_path(std::string_view text, bool options) noexcept {
  if (options && text == "*") return true;
  if (text.empty() || text.front() != '/') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && c != '#';
  });
}

}  // namespace quoin::http3
