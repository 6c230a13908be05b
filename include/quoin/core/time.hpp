// SPDX-License-Identifier: BSL-1.0
/// \file
/// Time as a value: one concrete `instant` for the whole library. Nothing here reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace quoin {

/// The library's unit of time.
using duration = std::chrono::nanoseconds;

/// The time line that instants lie on. Its zero is wherever the stack's clock puts it; only differences mean something.
struct timeline {
  using rep = std::chrono::nanoseconds::rep;
  using period = std::chrono::nanoseconds::period;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<timeline, std::chrono::nanoseconds>;
  static constexpr bool is_steady = true;
};

/// A moment, as the stack's clock tells it.
using instant = timeline::time_point;

/// A moment of the calendar, in milliseconds: what is written down for later, or agreed on by several machines.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// Later than anything: the deadline of what is not due.
inline constexpr instant never = instant::max();

/// `at + wait`, or `never` where that would overflow.
constexpr instant saturating_add(instant at, duration wait) noexcept {
  if (at == never || wait > never - at) return never;
  return at + wait;
}

/// `wait * factor`, or the longest duration where that would overflow.
constexpr duration saturating_multiply(duration wait, std::uint64_t factor) noexcept {
  if (wait <= duration::zero() || factor == 0) return duration::zero();
  auto const limit = static_cast<std::uint64_t>(duration::max().count()) / factor;
  return static_cast<std::uint64_t>(wait.count()) > limit ? duration::max()
                                                          : duration{wait.count() * static_cast<duration::rep>(factor)};
}

}  // namespace quoin
