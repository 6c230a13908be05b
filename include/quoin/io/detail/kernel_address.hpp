// SPDX-License-Identifier: BSL-1.0
/// \file
/// Between `socket_address` and the kernel's structures. IPv4 inside IPv6 (::ffff:a.b.c.d) exists only on the kernel's
/// side: the library sees one peer under one address, whatever kind of socket it came through.
#pragma once

#include <quoin/core/address.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace quoin::detail {

inline constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

inline socket_address address_of(in_addr const& raw, std::uint16_t port) noexcept {
  socket_address address;
  address.family = address_family::v4;
  std::memcpy(address.ip.data(), &raw, sizeof raw);
  address.port = port;
  return address;
}

/// The scope is kept only where it means something: for link-local addresses.
inline socket_address address_of(in6_addr const& raw, std::uint16_t port, std::uint32_t scope) noexcept {
  std::array<std::uint8_t, 16> ip{};
  std::memcpy(ip.data(), &raw, sizeof raw);
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), ip.begin()))
    return socket_address::v4(ip[12], ip[13], ip[14], ip[15], port);
  bool const link_local = ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
  return socket_address::v6(ip, port, link_local ? scope : 0);
}

inline in_addr v4_of(socket_address const& address) noexcept {
  in_addr raw{};
  std::memcpy(&raw, address.ip.data(), sizeof raw);
  return raw;
}

/// As an IPv6 socket wants it.
inline in6_addr v6_of(socket_address const& address) noexcept {
  auto ip = address.ip;
  if (address.family == address_family::v4) {
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), ip.begin());
    std::copy_n(address.ip.begin(), 4, ip.begin() + 12);
  }
  in6_addr raw{};
  std::memcpy(&raw, ip.data(), sizeof raw);
  return raw;
}

/// Large enough for either family.
union kernel_address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

/// Fills `raw` for a socket of the given kind and returns its size; 0 when that socket cannot reach the address.
inline socklen_t to_kernel(socket_address const& address, bool v6_socket, kernel_address& raw) noexcept {
  if (!address.known() || (address.family == address_family::v6 && !v6_socket)) return 0;
  if (!v6_socket) {
    raw.v4 = sockaddr_in{};
    raw.v4.sin_family = AF_INET;
    raw.v4.sin_port = htons(address.port);
    raw.v4.sin_addr = v4_of(address);
    return sizeof raw.v4;
  }
  raw.v6 = sockaddr_in6{};
  raw.v6.sin6_family = AF_INET6;
  raw.v6.sin6_port = htons(address.port);
  raw.v6.sin6_addr = v6_of(address);
  raw.v6.sin6_scope_id = address.scope;
  return sizeof raw.v6;
}

/// An address of no family for what is neither IPv4 nor IPv6.
inline socket_address from_kernel(sockaddr const* raw, std::size_t size) noexcept {
  if (raw == nullptr || size < sizeof(sa_family_t)) return {};
  if (raw->sa_family == AF_INET && size >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, raw, sizeof v4);
    return address_of(v4.sin_addr, ntohs(v4.sin_port));
  }
  if (raw->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, raw, sizeof v6);
    return address_of(v6.sin6_addr, ntohs(v6.sin6_port), v6.sin6_scope_id);
  }
  return {};
}

}  // namespace quoin::detail
