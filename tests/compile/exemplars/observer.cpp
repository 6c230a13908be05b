// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/observer.hpp>

/// Counts the bytes that had to be sent again, and is told everything else in vain.
struct waste_meter {
  static constexpr bool enabled = true;

  quoin::byte_count wasted = 0;

  void on(quoin::event::packet_lost const& lost) noexcept { wasted += lost.size; }

  template <class Event>
  void on(Event const&) noexcept {}
};

static_assert(quoin::connection_observer<waste_meter>);
