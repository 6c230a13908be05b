// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a pair of qlogs says about a transfer, over time.
#pragma once

#include "transfer.hpp"

#include <vector>

namespace plots {

struct point {
  double time = 0;  ///< seconds since the log began
  double value = 0;
};
using series = std::vector<point>;

struct curves {
  series throughput;  ///< megabits a second that arrived, in steps of a tenth of a second
  series window;      ///< kilobytes
  series in_flight;   ///< kilobytes
  series round_trip;  ///< milliseconds, newest sample
  series pacing;      ///< megabits a second
  series losses;      ///< a point for each packet declared lost; the value is the window
};

/// Reads JSON text sequences (RFC 7464). Throws `std::runtime_error` when a file is not one, or says nothing.
curves read_curves(logs const& from);

/// The mean of what arrived from `begin` on.
double mean_after(series const& of, double begin);

}  // namespace plots
