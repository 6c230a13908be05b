// SPDX-License-Identifier: BSL-1.0
/// \file
/// From names to addresses, by the system's resolver.
#pragma once

#include <quoin/core/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// Every address of a host, in the system's order of preference. Throws `failure` when there is none.
std::vector<quoin::socket_address> resolve(std::string const& host, std::uint16_t port);

/// `ADDR:PORT`, `[ADDR]:PORT` or `:PORT` (every IPv6 and IPv4 address). Throws `failure` (usage).
quoin::socket_address parse_listen_address(std::string_view text);

/// As people write it: "127.0.0.1:4433", "[::1]:4433".
std::string shown(quoin::socket_address const& address);

/// The same without its port and brackets.
std::string host_of(quoin::socket_address const& address);

/// The address that a client's socket is bound to when it talks to `remote`: any address of its family, any port.
quoin::socket_address any_address_like(quoin::socket_address const& remote);

}  // namespace tool
