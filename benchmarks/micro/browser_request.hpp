// SPDX-License-Identifier: BSL-1.0
/// \file
/// The fields of a browser's request, as the benchmarks of fields have them.
#pragma once

#include <quoin/qpack/field.hpp>

#include <array>
#include <cstdint>

namespace quoin::benchmarks {

inline constexpr std::array<qpack::field, 11> request{{
    {":method", "GET", false},
    {":scheme", "https", false},
    {":authority", "www.example.com", false},
    {":path", "/assets/2026/scripts/main.js?version=17", false},
    {"user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", false},
    {"accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
    {"accept-language", "en-US,en;q=0.5", false},
    {"accept-encoding", "gzip, deflate, br", false},
    {"referer", "https://www.example.com/", false},
    {"cookie", "session=0123456789abcdef0123456789abcdef", false},
    {"priority", "u=2", false},
}};

constexpr std::uint64_t request_size() {
  std::uint64_t size = 0;
  for (auto const& one : request) size += one.name.size() + one.value.size();
  return size;
}

}  // namespace quoin::benchmarks
