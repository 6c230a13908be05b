// SPDX-License-Identifier: BSL-1.0
/// \file
/// The Content-Range field as a client reads it (RFC 9110 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tool::fetch {

struct content_range {
  std::optional<std::uint64_t> first;  ///< nothing: no part is there, "*"
  std::optional<std::uint64_t> last;
  std::optional<std::uint64_t> whole;  ///< nothing: its size is not known, "*"
};

/// Nothing when it is none, or of another unit than bytes.
std::optional<content_range> read_content_range(std::string_view field);

}  // namespace tool::fetch
