// SPDX-License-Identifier: BSL-1.0
/// \file
/// The progress bar of `get`, on standard error.
#pragma once

#include "meter.hpp"

#include <chrono>
#include <string>

namespace tool {

class progress {
 public:
  /// Draws nothing at all when not `enabled`.
  progress(meter const& what, bool enabled);

  /// Draws when the last picture is old enough.
  void update();
  /// Draws the last picture and leaves it on the screen.
  void finish();

 private:
  void draw(std::chrono::steady_clock::time_point now);

  meter const& meter_;
  bool enabled_;
  std::string back_to_top_;  // takes the cursor back over the last picture
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

/// Whether a person is looking at standard error.
bool standard_error_is_terminal();

}  // namespace tool
