// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which addresses are somebody out there, and which are the proxy itself, its neighbours, or many (RFC 9298 7).
#pragma once

#include <quoin/core/address.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace quoin::http3::connect_udp {

/// Addresses that begin with the same bits.
struct network {
  std::array<std::uint8_t, 16> ip{};
  unsigned bits = 0;
  address_family family = address_family::v4;

  [[nodiscard]] constexpr bool contains(socket_address const& one) const noexcept {
    if (one.family != family) return false;
    auto const whole = bits / 8;
    for (std::size_t i = 0; i < whole; ++i)
      if (ip[i] != one.ip[i]) return false;
    if (bits % 8 == 0) return true;
    auto const mask = static_cast<std::uint8_t>(0xff00U >> bits % 8);
    return ((ip[whole] ^ one.ip[whole]) & mask) == 0;
  }
  constexpr bool operator==(network const&) const = default;
};

namespace detail {

constexpr network v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, unsigned bits) noexcept {
  return {{a, b, c, d}, bits, address_family::v4};
}
constexpr network v6(std::array<std::uint8_t, 16> ip, unsigned bits) noexcept {
  return {ip, bits, address_family::v6};
}

/// Of the registries of special addresses (RFC 6890) those that are not to be reached from everywhere, multicast, and
/// what is reserved.
inline constexpr std::array special_networks{
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v6({0, 0}, 64),
    v6({0xfc}, 7),
    v6({0xfe, 0x80}, 10),
    v6({0xfe, 0xc0}, 10),
    v6({0xff}, 8),
    v6({0x01}, 64),
    // Teredo hides an IPv4 address, and the other translates for one network only (RFC 4380, RFC 8215).
    v6({0x20, 0x01, 0, 0}, 32),
    v6({0, 0x64, 0xff, 0x9b, 0, 1}, 48),
};

/// IPv6 addresses that lead to an IPv4 address, and where in them that stands: NAT64 (RFC 6052), 6to4 (RFC 3056).
/// Mapped and compatible ones are in ::/64, which is special as a whole.
struct translation {
  network from;
  std::size_t at;
};
inline constexpr std::array translations{translation{v6({0x00, 0x64, 0xff, 0x9b}, 96), 12},
                                         translation{v6({0x20, 0x02}, 16), 2}};

}  // namespace detail

/// Neither loopback, link-local, private, shared, multicast nor broadcast, nor a way to one of them.
constexpr bool is_public(socket_address const& one) noexcept {
  if (!one.known()) return false;
  if (std::any_of(detail::special_networks.begin(), detail::special_networks.end(),
                  [&](network const& special) { return special.contains(one); }))
    return false;
  for (auto const& [from, at] : detail::translations)
    if (from.contains(one))
      return is_public(socket_address::v4(one.ip[at], one.ip[at + 1], one.ip[at + 2], one.ip[at + 3], one.port));
  return true;
}

}  // namespace quoin::http3::connect_udp
