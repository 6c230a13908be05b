// SPDX-License-Identifier: BSL-1.0
/// \file
/// A folder as a page.
#pragma once

#include "../served_file.hpp"

#include <optional>
#include <string>

namespace tool::site {

/// So many entries are listed; the page says when there are more.
inline constexpr std::size_t most_listed = 10'000;

/// HTML with a link to each file and folder in the folder at `path`; hidden ones only if `all`. Nothing when the folder
/// cannot be read.
std::optional<std::string> listing_of(served_folder const& folder, std::string const& path, bool all);

}  // namespace tool::site
