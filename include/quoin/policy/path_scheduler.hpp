// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which path carries the next packets, where a connection has several (draft-ietf-quic-multipath 5.4).
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <concepts>
#include <span>

namespace quoin {

/// A path that can carry packets now: it is open, its window is not full, and pacing does not hold it back.
struct path_choice {
  std::uint32_t path = 0;     ///< the path ID
  duration smoothed_rtt{};    ///< of the initial estimate before there is a sample
  byte_count allowance = 0;   ///< what its window has room for
};

/// Says which of several paths the next batch of packets leaves on. `choose` is given at least one; it is asked again
/// without that one if it turns out to have no room. With `copies`, packets of stream data leave on every other path
/// too. Paths that an end wants as a backup are among the choices only when no other is usable.
/// Models: `path_schedule::min_rtt`, `path_schedule::round_robin`, `path_schedule::redundant`.
template <class S>
concept path_scheduler = std::default_initializable<S> && std::movable<S> &&
    requires(S& scheduler, std::span<path_choice const> choices) {
  { S::copies } -> std::convertible_to<bool>;
  { scheduler.choose(choices) }
  noexcept->std::same_as<std::size_t>;
};

}  // namespace quoin
