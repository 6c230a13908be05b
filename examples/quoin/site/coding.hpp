// SPDX-License-Identifier: BSL-1.0
/// \file
/// In which of its codings a file is sent (RFC 9110 12.5.3).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace tool::site {

/// A content coding, and how a file is called that holds another one's content in it.
struct coding {
  std::string_view name;
  std::string_view ending;
};

/// Those that files are looked for in, best first.
inline constexpr std::array codings{coding{"br", ".br"}, coding{"zstd", ".zst"}, coding{"gzip", ".gz"}};

using coding_set = std::array<bool, codings.size()>;

/// The index of the coding that the client likes best of those that are there; nothing for the file as it is.
std::optional<std::size_t> best_coding(std::string_view accept_encoding, coding_set const& there);

}  // namespace tool::site
