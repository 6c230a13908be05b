// SPDX-License-Identifier: BSL-1.0
/// \file
/// An IP address with a port, free of any operating system's headers.
#pragma once

#include <array>
#include <cstdint>

namespace quoin {

enum class address_family : std::uint8_t { none, v4, v6 };

/// One end of a path. IPv4 addresses use the first four bytes of `ip`; the rest is zero.
struct socket_address {
  std::array<std::uint8_t, 16> ip{};
  std::uint32_t scope = 0;  ///< interface of a link-local IPv6 address, else 0
  std::uint16_t port = 0;   ///< in host order
  address_family family = address_family::none;

  static constexpr socket_address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                                     std::uint16_t port) noexcept {
    return {{a, b, c, d}, 0, port, address_family::v4};
  }
  static constexpr socket_address v6(std::array<std::uint8_t, 16> ip, std::uint16_t port,
                                     std::uint32_t scope = 0) noexcept {
    return {ip, scope, port, address_family::v6};
  }
  [[nodiscard]] constexpr bool known() const noexcept { return family != address_family::none; }
  constexpr bool operator==(socket_address const&) const = default;
};

/// The two addresses between which packets travel.
struct network_path {
  socket_address local;
  socket_address remote;
  constexpr bool operator==(network_path const&) const = default;
};

/// Where a server would rather be talked to, in either family or both (RFC 9000 9.6).
struct preferred_addresses {
  socket_address v4;
  socket_address v6;
  [[nodiscard]] constexpr bool any() const noexcept { return v4.known() || v6.known(); }
};

}  // namespace quoin
