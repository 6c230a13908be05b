// SPDX-License-Identifier: BSL-1.0
/// \file
/// Socket addresses as people write them: "192.0.2.1:443", "[2001:db8::1]:443", and names for the resolver.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin {

/// "a.b.c.d:port" or "[v6]:port", numbers only, nothing before or after. A zone is a number: "[fe80::1%2]:443".
/// IPv4 addresses in IPv6 clothes (::ffff:a.b.c.d) become IPv4 ones, as everywhere in the library.
[[nodiscard]] std::optional<socket_address> parse_address(std::string_view text);

/// The inverse of `parse_address`; "(none)" for an address of no family.
[[nodiscard]] std::string to_string(socket_address const& address);

struct host_and_port {
  std::string host;
  std::uint16_t port = 0;
};

/// "name:port", "a.b.c.d:port" or "[v6]:port" in two. Says nothing about whether the host exists.
[[nodiscard]] std::optional<host_and_port> split_host_and_port(std::string_view text);

/// The addresses of `host`, a name or a numeric address, in the system's order of preference; at least one.
/// Blocks. Throws `std::runtime_error` with a sentence that names the host.
[[nodiscard]] std::vector<socket_address> resolve(std::string const& host, std::uint16_t port);

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/io/address_text.ipp>
#endif
