// SPDX-License-Identifier: BSL-1.0
/// \file
/// Small conversions between what people write and what programs count.
#pragma once

#include <quoin/http3/message/percent.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tool {

/// Without the spaces and tabs around it.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  auto const first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The parts between commas, without empty ones.
std::vector<std::string> split_list(std::string_view text);

/// "1.5 MiB": at most one digit behind the point.
std::string readable_bytes(double bytes);

/// "12.3 ms", "4.5 s".
std::string readable_seconds(double seconds);

using quoin::http3::percent_decoded;
using quoin::http3::percent_encoded;

/// A host as it stands in a URL: an IPv6 address goes into brackets (RFC 3986 3.2.2).
std::string uri_host(std::string_view host);

/// "host:4433"; the port that https has anyway is left out (RFC 9110 4.2.2).
std::string https_authority(std::string_view host, std::uint16_t port);

/// "0x1f"
std::string hexadecimal(std::uint64_t value);

}  // namespace tool
