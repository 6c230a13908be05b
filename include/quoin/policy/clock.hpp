// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `clock` slot: what time it is.
#pragma once

#include <quoin/core/time.hpp>

#include <concepts>

namespace quoin {

/// Tells the time. `endpoint` reads it once a turn and passes the value down; nothing below reads a clock.
/// Never goes backwards.
/// Models: `steady_clock`, `manual_clock`.
template <class C>
concept clock_source = requires(C const& clock) {
  { clock.now() } noexcept -> std::same_as<instant>;
};

}  // namespace quoin
