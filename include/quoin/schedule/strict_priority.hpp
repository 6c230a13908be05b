// SPDX-License-Identifier: BSL-1.0
/// \file
/// The most urgent streams first, whatever others wait.
#pragma once

#include <quoin/schedule/urgency_order.hpp>

#include <array>

namespace quoin {

/// Urgency 0 before 1 and so on; a stream waits for as long as a more urgent one has something to send. Within an
/// urgency the streams that are only useful as a whole come first, one after the other in order of their identifiers;
/// then the incremental ones take turns.
class strict_priority {
 public:
  void activate(stream_id id, stream_priority priority) { streams_.activate(id, priority); }
  void deactivate(stream_id id) noexcept { streams_.deactivate(id); }
  void prioritize(stream_id id, stream_priority priority) { streams_.prioritize(id, priority); }

  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    auto const first = streams_.first();
    if (!first) return std::nullopt;
    if (!first->incremental) return first->id;
    auto const turn = streams_.incremental(first->urgency, turns_[first->urgency]);
    return turn ? turn : first->id;
  }

  void sent(stream_id id, byte_count) noexcept {
    auto const priority = streams_.priority_of(id);
    if (priority && priority->incremental) turns_[priority->urgency] = stream_id{id.value() + 1};
  }

 private:
  detail::urgency_order streams_;
  std::array<stream_id, detail::urgency_order::lowest_urgency + 1> turns_{};  ///< where the next turn begins
};

}  // namespace quoin
