// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whether marks come from a queue that takes every sender for a classic one.
#pragma once

#include <quoin/policy/congestion.hpp>

#include <algorithm>

namespace quoin {

/// A queue that knows of L4S marks ECT(1) as soon as it begins to grow; one that does not, and treats ECT(1) as ECT(0)
/// does, marks when it is milliseconds deep (RFC 9331 4.3 wants to be told of those). So a round trip in which
/// something was marked while the queue was deep speaks for the second kind, one with a shallow queue for the first,
/// and several are believed. The queue is what the round trip has grown by since its minimum. A path that became longer
/// looks like a deep queue; who is wrong in this direction only sends less.
class classic_queue_watch {
 public:
  static constexpr duration deep = std::chrono::milliseconds{4};
  static constexpr unsigned rounds_believed = 8;

  /// A round trip with marks is over. `datagram_time` is what the bottleneck needs for one, as every queue holds some.
  void on_marked_round(rtt_values const& rtt, duration datagram_time) noexcept {
    auto const queue = rtt.smoothed - rtt.min - 2 * datagram_time;
    if (queue > deep)
      signs_ = std::min(signs_ + 1, rounds_believed);
    else if (queue < deep / 2 && signs_ > 0)
      --signs_;
    if (signs_ == rounds_believed) suspects_ = true;
    if (signs_ == 0) suspects_ = false;
  }

  [[nodiscard]] bool suspects() const noexcept { return suspects_; }

 private:
  unsigned signs_ = 0;
  bool suspects_ = false;
};

}  // namespace quoin
