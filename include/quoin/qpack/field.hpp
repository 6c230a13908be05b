// SPDX-License-Identifier: BSL-1.0
/// \file
/// A field line: a name and a value (RFC 9110 5).
#pragma once

#include <cstdint>
#include <string_view>

namespace quoin::qpack {

/// A field line as views on somebody else's bytes. Nothing about names and values is checked here.
struct field {
  std::string_view name;
  std::string_view value;
  /// The value is worth guessing for an attacker: it is never put into a table, here or by an intermediary
  /// (RFC 9204 4.5.4, 7.1.3).
  bool sensitive = false;
};

/// What a field line counts in tables and against limits beyond its bytes (RFC 9204 3.2.1, RFC 9114 4.2.2).
inline constexpr std::uint64_t field_overhead = 32;

constexpr std::uint64_t size_of(std::string_view name, std::string_view value) noexcept {
  return name.size() + value.size() + field_overhead;
}

}  // namespace quoin::qpack
