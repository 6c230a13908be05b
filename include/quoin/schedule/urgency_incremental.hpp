// SPDX-License-Identifier: BSL-1.0
/// \file
/// The scheduling that RFC 9218 recommends for HTTP responses.
#pragma once

#include <quoin/schedule/urgency_order.hpp>

#include <array>

namespace quoin {

/// Urgency 0 before 1 and so on. Within an urgency, streams that are only useful as a whole go one after the other in
/// order of their identifiers, and incremental ones take turns. Where both are, the first of the whole ones takes part
/// in the turns as one more: neither a large whole nor an endless incremental stream starves the others (RFC 9218 10).
class urgency_incremental {
 public:
  void activate(stream_id id, stream_priority priority) { streams_.activate(id, priority); }
  void deactivate(stream_id id) noexcept { streams_.deactivate(id); }
  void prioritize(stream_id id, stream_priority priority) { streams_.prioritize(id, priority); }

  [[nodiscard]] std::optional<stream_id> next() const noexcept {
    auto const first = streams_.first();
    if (!first) return std::nullopt;
    auto const& cycle = cycles_[first->urgency];
    if (!first->incremental && cycle.begins) return first->id;
    auto const turn = streams_.incremental(first->urgency, cycle.turn);
    return turn ? turn : first->id;
  }

  void sent(stream_id id, byte_count) noexcept {
    auto const priority = streams_.priority_of(id);
    if (!priority) return;
    auto& cycle = cycles_[priority->urgency];
    if (priority->incremental)
      cycle.turn = stream_id{id.value() + 1};
    else
      cycle = {stream_id{0}, false};
  }

 private:
  struct turns {
    stream_id turn;      ///< where the next turn among incremental streams begins
    bool begins = true;  ///< no whole stream has had its turn yet
  };

  detail::urgency_order streams_;
  std::array<turns, detail::urgency_order::lowest_urgency + 1> cycles_{};
};

}  // namespace quoin
