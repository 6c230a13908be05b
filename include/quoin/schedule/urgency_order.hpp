// SPDX-License-Identifier: BSL-1.0
/// \file
/// Streams in the order of their priorities: a part for schedulers that follow RFC 9218.
#pragma once

#include <quoin/policy/scheduler.hpp>
#include <quoin/schedule/recycled.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace quoin::detail {

/// Active streams by urgency; within one, first those that are only useful as a whole, then the incremental ones, each
/// in ascending order of identifiers, which is that of the requests (RFC 9218 10).
class urgency_order {
 public:
  static constexpr std::uint8_t lowest_urgency = 7;

  /// Where a stream stands.
  struct place {
    std::uint8_t urgency = 0;
    bool incremental = false;
    stream_id id;
    constexpr auto operator<=>(place const&) const = default;
  };

  void activate(stream_id id, stream_priority priority) {
    if (priorities_.items().contains(id)) return;
    priority.urgency = std::min(priority.urgency, lowest_urgency);
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

  void prioritize(stream_id id, stream_priority priority) {
    if (!priorities_.items().contains(id)) return;
    deactivate(id);
    activate(id, priority);
  }

  /// Of an active stream; none for others.
  [[nodiscard]] std::optional<stream_priority> priority_of(stream_id id) const noexcept {
    auto const known = priorities_.items().find(id);
    return known == priorities_.items().end() ? std::nullopt : std::optional{known->second};
  }

  /// Of the first urgency that has streams, the oldest that is only useful as a whole, else the oldest.
  [[nodiscard]] std::optional<place> first() const noexcept {
    return order_.items().empty() ? std::nullopt : std::optional{*order_.items().begin()};
  }

  /// The first incremental stream of this urgency that is not below `from`.
  [[nodiscard]] std::optional<stream_id> incremental(std::uint8_t urgency, stream_id from) const noexcept {
    auto const found = order_.items().lower_bound(place{urgency, true, from});
    bool const fits = found != order_.items().end() && found->urgency == urgency;
    return fits ? std::optional{found->id} : std::nullopt;
  }

 private:
  recycled<std::map<stream_id, stream_priority>> priorities_;
  recycled<std::set<place>> order_;
};

}  // namespace quoin::detail
