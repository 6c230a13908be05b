// SPDX-License-Identifier: BSL-1.0
/// \file
/// A sheet of panels as SVG: a column for each transfer, a row for each quantity, one scale in each row.
#pragma once

#include "series.hpp"

#include <string>

namespace plots {

struct column {
  std::string title;
  curves of;
};

/// The whole picture. `caption` says what path it was.
std::string draw(std::string const& caption, std::vector<column> const& columns, path const& over);

}  // namespace plots
