// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `clock` slot: what time it is.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/policy/claims.hpp>

#include <concepts>

namespace quoin {

/// What a clock can do beyond the minimum.
enum class clock_feature : std::uint8_t {
  calendar = 1,  ///< it also knows the date, which tickets and tokens for later connections are stamped with
};

/// The hook behind the claim `calendar`.
template <class C>
concept calendar_clock = requires(C const& clock) {
  { clock.wall_now() } noexcept -> std::same_as<wall_time>;
};

/// Tells the time. `endpoint` reads it once a turn and passes the value down; nothing below reads a clock.
/// Never goes backwards.
/// Models: `steady_clock`, `manual_clock`.
template <class C>
concept clock_source = requires(C const& clock) {
  { clock.now() } noexcept -> std::same_as<instant>;
} && (!claims<C, clock_feature::calendar> || calendar_clock<C>);

}  // namespace quoin
