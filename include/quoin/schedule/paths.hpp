// SPDX-License-Identifier: BSL-1.0
/// \file
/// Schedulers of paths: the quickest first, one after another, or all at once.
#pragma once

#include <quoin/policy/path_scheduler.hpp>

#include <algorithm>

namespace quoin::path_schedule {

/// The path with the shortest round trip, as long as its window has room; then the next. A transfer larger than the
/// quickest path's window uses them all.
struct min_rtt {
  static constexpr bool copies = false;

  [[nodiscard]] std::size_t choose(std::span<path_choice const> choices) noexcept {
    auto const quicker = [](path_choice const& a, path_choice const& b) { return a.smoothed_rtt < b.smoothed_rtt; };
    return static_cast<std::size_t>(std::min_element(choices.begin(), choices.end(), quicker) - choices.begin());
  }
};

/// One batch for each path in turn, whatever the round trips: for paths that are much alike.
class round_robin {
 public:
  static constexpr bool copies = false;

  [[nodiscard]] std::size_t choose(std::span<path_choice const> choices) noexcept {
    auto const next = std::find_if(choices.begin(), choices.end(), [&](auto const& each) { return each.path > last_; });
    auto const chosen = next == choices.end() ? choices.begin() : next;
    last_ = chosen->path;
    return static_cast<std::size_t>(chosen - choices.begin());
  }

 private:
  std::uint32_t last_ = 0;
};

/// Everything on the quickest path, and a copy of it on every other that has room: what one path loses, another has
/// brought. It costs the others' capacity, so it is for little data that must not wait.
struct redundant : min_rtt {
  static constexpr bool copies = true;
};

}  // namespace quoin::path_schedule
