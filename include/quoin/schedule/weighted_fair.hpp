// SPDX-License-Identifier: BSL-1.0
/// \file
/// Shares of the connection in proportion to urgency, counted in bytes.
#pragma once

#include <quoin/policy/scheduler.hpp>
#include <quoin/schedule/recycled.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace quoin {

/// Each urgency has twice the share of the next: nobody starves, and nobody is delayed by more than its share. Each
/// stream has a clock of its own that its bytes move on, slower the more urgent it is; the one that is behind the
/// others goes next. Who comes in starts where the others are, so that silence saves up nothing.
class weighted_fair {
 public:
  void activate(stream_id id, stream_priority priority) { enter(id, priority, now_); }

  void deactivate(stream_id id) noexcept {
    auto const known = streams_.items().find(id);
    if (known == streams_.items().end()) return;
    order_.erase(order_.items().find(place{known->second.clock, id}));
    streams_.erase(known);
  }

  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    return order_.items().empty() ? std::nullopt : std::optional{order_.items().begin()->id};
  }

  void sent(stream_id id, byte_count bytes) noexcept {
    auto const known = streams_.items().find(id);
    if (known == streams_.items().end()) return;
    auto const served = known->second;
    now_ = std::max(now_, served.clock);
    deactivate(id);
    // No allocation: the places that were just left are used again.
    enter(id, served.priority, served.clock + (bytes << served.priority.urgency));
  }

  void prioritize(stream_id id, stream_priority priority) {
    auto const known = streams_.items().find(id);
    if (known == streams_.items().end()) return;
    auto const clock = known->second.clock;
    deactivate(id);
    enter(id, priority, clock);
  }

 private:
  static constexpr std::uint8_t lowest_urgency = 7;

  struct share {
    stream_priority priority;
    std::uint64_t clock = 0;
  };
  struct place {
    std::uint64_t clock = 0;
    stream_id id;
    constexpr auto operator<=>(place const&) const = default;
  };

  void enter(stream_id id, stream_priority priority, std::uint64_t clock) {
    if (streams_.items().contains(id)) return;
    priority.urgency = std::min(priority.urgency, lowest_urgency);
    share const made{priority, clock};
    streams_.insert(std::pair<stream_id const, share>{id, made}, [&](auto& node) {
      node.key() = id;
      node.mapped() = made;
    });
    place const at{clock, id};
    order_.insert(at, [&](auto& node) { node.value() = at; });
  }

  detail::recycled<std::map<stream_id, share>> streams_;
  detail::recycled<std::set<place>> order_;
  std::uint64_t now_ = 0;  ///< the clock of who was served last; 2^64 is 2^57 bytes away
};

}  // namespace quoin
