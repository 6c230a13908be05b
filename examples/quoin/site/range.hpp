// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which parts of a representation were asked for (RFC 9110 14).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tool::site {

struct byte_range {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  friend bool operator==(byte_range const&, byte_range const&) = default;
};

/// So many are looked at; a list of more is taken for an attack and not followed (RFC 9110 17.15).
inline constexpr std::size_t most_ranges = 16;

struct asked_ranges {
  enum class outcome { ignored, unsatisfiable, some };
  outcome what = outcome::ignored;
  /// In ascending order; what overlaps or touches is joined.
  std::vector<byte_range> parts;
};

/// What a Range field asks of a representation of `size` bytes. What cannot be read, other units than bytes, and too
/// many of them are ignored, as RFC 9110 14.2 allows.
asked_ranges parsed_ranges(std::string_view field, std::uint64_t size);

/// "bytes 0-499/1234" (RFC 9110 14.4)
std::string content_range(byte_range part, std::uint64_t size);

}  // namespace tool::site
