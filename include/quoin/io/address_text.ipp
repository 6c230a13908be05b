// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bodies of address_text.hpp.
#pragma once

#include <quoin/io/address_text.hpp>
#include <quoin/io/detail/kernel_address.hpp>

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <stdexcept>

namespace quoin {
namespace detail {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

inline std::optional<socket_address> parse_v4(std::string const& host, std::uint16_t port) {
  in_addr raw{};
  if (::inet_pton(AF_INET, host.c_str(), &raw) != 1) return std::nullopt;
  return address_of(raw, port);
}

inline std::optional<socket_address> parse_v6(std::string host, std::uint16_t port) {
  std::uint32_t scope = 0;
  if (auto const percent = host.find('%'); percent != std::string::npos) {
    auto const zone = parse_number<std::uint32_t>(std::string_view{host}.substr(percent + 1));
    if (!zone) return std::nullopt;
    scope = *zone;
    host.resize(percent);
  }
  in6_addr raw{};
  if (::inet_pton(AF_INET6, host.c_str(), &raw) != 1) return std::nullopt;
  return address_of(raw, port, scope);
}

}  // namespace detail

QUOIN_DECL std::optional<host_and_port> split_host_and_port(std::string_view text) {
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  auto host = text.substr(0, colon);
  auto const port = detail::parse_number<std::uint16_t>(text.substr(colon + 1));
  if (!port) return std::nullopt;
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address needs its brackets, or nobody knows where the port begins
  }
  if (host.find_first_of(std::string_view{"[]\0", 3}) != std::string_view::npos) return std::nullopt;
  return host_and_port{std::string{host}, *port};
}

QUOIN_DECL std::optional<socket_address> parse_address(std::string_view text) {
  auto const parts = split_host_and_port(text);
  if (!parts) return std::nullopt;
  return text.front() == '[' ? detail::parse_v6(parts->host, parts->port) : detail::parse_v4(parts->host, parts->port);
}

QUOIN_DECL std::string to_string(socket_address const& address) {
  if (!address.known()) return "(none)";
  bool const v6 = address.family == address_family::v6;
  char ip[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, address.ip.data(), ip, sizeof ip);
  std::string text{v6 ? "[" : ""};
  text += ip;
  if (v6 && address.scope != 0) text.append(1, '%').append(std::to_string(address.scope));
  text += v6 ? "]:" : ":";
  return text += std::to_string(address.port);
}

QUOIN_DECL std::vector<socket_address> resolve(std::string const& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (auto const error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
    throw std::runtime_error("cannot resolve " + host + ": " + ::gai_strerror(error));
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> const owner{found, &::freeaddrinfo};

  std::vector<socket_address> addresses;
  for (auto const* each = found; each != nullptr; each = each->ai_next) {
    auto address = detail::from_kernel(each->ai_addr, each->ai_addrlen);
    address.port = port;
    if (address.known() && std::find(addresses.begin(), addresses.end(), address) == addresses.end())
      addresses.push_back(address);
  }
  if (addresses.empty()) throw std::runtime_error("cannot resolve " + host + ": it has no IP address");
  return addresses;
}

}  // namespace quoin
