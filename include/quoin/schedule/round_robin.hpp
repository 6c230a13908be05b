// SPDX-License-Identifier: BSL-1.0
/// \file
/// Streams take turns, a frame each, whatever their priority.
#pragma once

#include <quoin/policy/scheduler.hpp>
#include <quoin/schedule/recycled.hpp>

#include <set>

namespace quoin {

/// In ascending order of identifiers, from the lowest again after the highest. No stream is served twice while another
/// one that was active all the while is not served at all.
class round_robin {
 public:
  void activate(stream_id id, stream_priority) {
    if (active_.items().contains(id)) return;
    active_.insert(id, [&](auto& node) { node.value() = id; });
    if (!turn_) turn_ = id;
  }

  void deactivate(stream_id id) noexcept {
    auto const at = active_.items().find(id);
    if (at == active_.items().end()) return;
    if (turn_ == id) turn_ = following(id);
    active_.erase(at);
    if (active_.items().empty()) turn_.reset();
  }

  [[nodiscard]] std::optional<stream_id> next() const noexcept { return turn_; }

  void sent(stream_id id, byte_count) noexcept {
    if (turn_ == id) turn_ = following(id);
  }

  void prioritize(stream_id, stream_priority) noexcept {}

 private:
  [[nodiscard]] stream_id following(stream_id id) const noexcept {
    auto const at = active_.items().upper_bound(id);
    return at == active_.items().end() ? *active_.items().begin() : *at;
  }

  detail::recycled<std::set<stream_id>> active_;
  std::optional<stream_id> turn_;
};

}  // namespace quoin
