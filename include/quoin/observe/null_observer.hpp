// SPDX-License-Identifier: BSL-1.0
/// \file
/// The observer that is told nothing, for stacks where nobody looks.
#pragma once

#include <quoin/policy/observer.hpp>

namespace quoin {

/// Compiles every event away: no call is made and no event is built.
struct null_observer {
  static constexpr bool enabled = false;

  template <class Event>
  constexpr void on(Event const&) noexcept {}
};

static_assert(connection_observer<null_observer>);

}  // namespace quoin
