// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where a UDP tunnel leads to: a host and a port (RFC 9298 3).
#pragma once

#include <quoin/base/result.hpp>
#include <quoin/core/address.hpp>
#include <quoin/http3/message/percent.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace quoin::http3::connect_udp {

struct target {
  std::string host;  ///< a name, or an address as text, an IPv6 address without brackets
  std::uint16_t port = 0;
  socket_address address;  ///< known where `host` is an address

  bool operator==(target const&) const = default;
};

/// The other end, or a sentence that says what is wrong with its name.
using target_result = basic_result<target, std::string_view>;

namespace detail {

/// The address that a text in the grammar of RFC 3986 stands for, which knows neither zones nor short forms.
inline socket_address literal_address(std::string const& host, std::uint16_t port) {
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1)
    return socket_address::v4(bytes[0], bytes[1], bytes[2], bytes[3], port);
  if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return socket_address::v6(bytes, port);
  return {};
}

/// What DNS has names for. A reg-name may be more (RFC 3986 3.2.2), but nobody could look it up.
constexpr bool is_host_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 253 &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_unreserved(c) && c != '~'; });
}

/// 0 when it is none.
constexpr std::uint16_t port_of(std::string_view digits) noexcept {
  if (digits.empty() || digits.size() > 5) return 0;
  unsigned port = 0;
  for (auto const c : digits) {
    if (c < '0' || c > '9') return 0;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

}  // namespace detail

/// A host as people write it, an IPv6 address without brackets, and a port of 1 to 65535.
inline target_result make_target(std::string_view host, std::uint16_t port) {
  if (host.empty()) return unexpected{std::string_view{"the host is empty"}};
  if (port == 0) return unexpected{std::string_view{"the port is not 1 to 65535"}};
  target made{std::string{host}, port, {}};
  made.address = detail::literal_address(made.host, port);
  if (made.address.known()) return made;
  if (host.find(':') != std::string_view::npos)
    return unexpected{std::string_view{"the host is no IPv6 address (zones are not supported)"}};
  if (!detail::is_host_name(host)) return unexpected{std::string_view{"the host is neither an address nor a name"}};
  return made;
}

/// The same as it stands in a URI. RFC 9298 3: neither is empty, and the colons of an IPv6 address are escaped.
inline target_result read_target(std::string_view host, std::string_view port) {
  if (host.find_first_of(":[]") != std::string_view::npos)
    return unexpected{std::string_view{"the colons of an IPv6 address must be percent-encoded, without brackets"}};
  auto const decoded_host = percent_decoded(host);
  auto const decoded_port = percent_decoded(port);
  if (!decoded_host || !decoded_port) return unexpected{std::string_view{"a broken percent-encoding"}};
  return make_target(*decoded_host, detail::port_of(*decoded_port));
}

}  // namespace quoin::http3::connect_udp
