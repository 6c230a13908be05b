// SPDX-License-Identifier: BSL-1.0
/// \file
/// The most urgent streams first, after the priorities of RFC 9218.
#pragma once

#include <quoin/policy/scheduler.hpp>
#include <quoin/schedule/recycled.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace quoin {

/// Urgency 0 before 1 and so on; a stream waits for as long as a more urgent one has something to send. Within an
/// urgency the streams that are only useful as a whole come first, one after the other in order of their identifiers;
/// then the incremental ones take turns (RFC 9218 10).
class strict_priority {
 public:
  void activate(stream_id id, stream_priority priority) {
    if (priorities_.items().contains(id)) return;
    priority.urgency = std::min<std::uint8_t>(priority.urgency, lowest_urgency);
    priorities_.insert(std::pair<stream_id const, stream_priority>{id, priority}, [&](auto& node) {
      node.key() = id;
      node.mapped() = priority;
    });
    place const at{priority.urgency, priority.incremental, id};
    order_.insert(at, [&](auto& node) { node.value() = at; });
  }

  void deactivate(stream_id id) noexcept {
    auto const known = priorities_.items().find(id);
    if (known == priorities_.items().end()) return;
    order_.erase(order_.items().find(place{known->second.urgency, known->second.incremental, id}));
    priorities_.erase(known);
  }

  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    auto const& order = order_.items();
    if (order.empty()) return std::nullopt;
    auto const& first = *order.begin();
    if (!first.incremental) return first.id;
    auto const turn = order.lower_bound(place{first.urgency, true, turns_[first.urgency]});
    return turn != order.end() && turn->urgency == first.urgency ? turn->id : first.id;
  }

  void sent(stream_id id, byte_count) noexcept {
    auto const known = priorities_.items().find(id);
    if (known == priorities_.items().end() || !known->second.incremental) return;
    turns_[known->second.urgency] = stream_id{id.value() + 1};
  }

  void prioritize(stream_id id, stream_priority priority) {
    if (!priorities_.items().contains(id)) return;
    deactivate(id);
    activate(id, priority);
  }

 private:
  static constexpr std::uint8_t lowest_urgency = 7;

  struct place {
    std::uint8_t urgency = 0;
    bool incremental = false;
    stream_id id;
    constexpr auto operator<=>(place const&) const = default;
  };

  detail::recycled<std::map<stream_id, stream_priority>> priorities_;
  detail::recycled<std::set<place>> order_;
  std::array<stream_id, lowest_urgency + 1> turns_{};  ///< where the next turn among incremental streams begins
};

}  // namespace quoin
