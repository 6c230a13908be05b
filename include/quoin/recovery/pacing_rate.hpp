// SPDX-License-Identifier: BSL-1.0
/// \file
/// How fast a controller's packets are paced.
#pragma once

#include <quoin/policy/congestion.hpp>

#include <algorithm>
#include <concepts>

namespace quoin {

/// Bytes a second: the controller's own rate if it claims to have one, else its window over the round trip with some to
/// spare, and twice that in slow start so that the window can double (RFC 9002 7.7).
template <congestion_controller C>
byte_count pacing_rate(C const& controller, duration smoothed_rtt) noexcept {
  if constexpr (claims<C, congestion_feature::pacing>)
    if (auto const rate = controller.pacing_rate(); rate != 0) return rate;
  auto factor = 1.25;
  if constexpr (requires {
                  { controller.in_slow_start() }
                  noexcept->std::same_as<bool>;
                })
    if (controller.in_slow_start()) factor = 2;
  auto const seconds = static_cast<double>(std::max(smoothed_rtt, duration{1}).count()) / 1e9;
  return static_cast<byte_count>(std::clamp(factor * static_cast<double>(controller.window()) / seconds, 1.0, 1e15));
}

}  // namespace quoin
