// SPDX-License-Identifier: BSL-1.0
/// \file
/// Counts what happened and keeps the last event of each kind: the cheapest answer to "how is this connection doing".
#pragma once

#include <quoin/policy/observer.hpp>

#include <cstdint>
#include <tuple>

namespace quoin {

/// Ask it by event type: `counts.count<event::packet_lost>()`, `counts.last<event::metrics_updated>().smoothed_rtt`.
/// Nothing is allocated. An event is kept without its views, which do not outlive the telling.
class counting_observer {
 public:
  static constexpr bool enabled = true;

  template <class Event>
  void on(Event const& event) noexcept {
    auto& kept = std::get<kept_event<Event>>(kept_);
    ++kept.count;
    kept.last = event;
    drop_views(kept.last);
  }

  /// How many events of this kind there were.
  template <class Event>
  [[nodiscard]] std::uint64_t count() const noexcept {
    return std::get<kept_event<Event>>(kept_).count;
  }

  /// The latest event of this kind with its views empty; `Event{}` while there was none.
  template <class Event>
  [[nodiscard]] Event const& last() const noexcept {
    return std::get<kept_event<Event>>(kept_).last;
  }

 private:
  template <class Event>
  struct kept_event {
    std::uint64_t count = 0;
    Event last{};
  };

  template <class Event>
  static void drop_views(Event& event) noexcept {
    if constexpr (requires { event.frames; }) event.frames = {};
    if constexpr (requires { event.encoded; }) event.encoded = {};
    if constexpr (requires { event.reason.data(); }) event.reason = {};
  }

  std::tuple<kept_event<event::connection_started>, kept_event<event::packet_sent>, kept_event<event::packet_received>,
             kept_event<event::packet_dropped>, kept_event<event::packet_lost>, kept_event<event::metrics_updated>,
             kept_event<event::key_updated>, kept_event<event::parameters_set>, kept_event<event::path_updated>,
             kept_event<event::mtu_updated>, kept_event<event::connection_closed>>
      kept_;
};

static_assert(connection_observer<counting_observer>);

}  // namespace quoin
