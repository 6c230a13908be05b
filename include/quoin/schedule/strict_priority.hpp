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
    auto const urgency = streams_.most_urgent();
    if (!urgency) return std::nullopt;
    if (auto const whole = streams_.whole(*urgency)) return whole;
    auto const turn = streams_.incremental(*urgency, turns_[*urgency]);
    return turn ? turn : streams_.incremental(*urgency, stream_id{0});
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
