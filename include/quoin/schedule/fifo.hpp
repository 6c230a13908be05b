// SPDX-License-Identifier: BSL-1.0
/// \file
/// First come, first served: one stream after the other.
#pragma once

#include <quoin/policy/scheduler.hpp>
#include <quoin/schedule/recycled.hpp>

#include <map>

namespace quoin {

/// Serves the stream that has been active for longest until it has nothing left, whatever its priority. A stream that
/// comes back, because it has new bytes or new credit, queues at the end: blocked streams hold up nobody.
class fifo {
 public:
  void activate(stream_id id, stream_priority) {
    if (places_.items().contains(id)) return;
    auto const place = arrivals_++;
    places_.insert(std::pair<stream_id const, std::uint64_t>{id, place}, [&](auto& node) {
      node.key() = id;
      node.mapped() = place;
    });
    queue_.insert(std::pair<std::uint64_t const, stream_id>{place, id}, [&](auto& node) {
      node.key() = place;
      node.mapped() = id;
    });
  }

  void deactivate(stream_id id) noexcept {
    auto const known = places_.items().find(id);
    if (known == places_.items().end()) return;
    queue_.erase(queue_.items().find(known->second));
    places_.erase(known);
  }

  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    return queue_.items().empty() ? std::nullopt : std::optional{queue_.items().begin()->second};
  }

  void sent(stream_id, byte_count) noexcept {}
  void prioritize(stream_id, stream_priority) noexcept {}

 private:
  detail::recycled<std::map<stream_id, std::uint64_t>> places_;
  detail::recycled<std::map<std::uint64_t, stream_id>> queue_;
  std::uint64_t arrivals_ = 0;
};

}  // namespace quoin
