// SPDX-License-Identifier: BSL-1.0
/// \file
/// The newest few packets that were not in flight: enough to learn from their acknowledgement, never more.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/wire/sent_frame.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace quoin {

/// Largest Acknowledged of the ACK frame among `frames`, `no_packet` without one.
inline packet_number reported_by(std::span<sent_frame const> frames) noexcept {
  for (auto const& frame : frames)
    if (frame.what == sent_frame::kind::ack) return frame.offset;
  return no_packet;
}

/// Packets that only acknowledge are not congestion controlled and need never be acknowledged (RFC 9000 13.2.4), so a
/// peer could make us send them without end. A fixed number is kept; a newer one takes the place of the oldest.
class ack_only_trace {
 public:
  static constexpr std::size_t capacity = 32;

  struct entry {
    packet_number number = no_packet;
    instant sent_at{};
    packet_number reported = no_packet;  ///< Largest Acknowledged of the ACK frame in it
    ecn mark = ecn::not_ect;
  };

  [[nodiscard]] std::size_t size() const noexcept { return live_; }

  /// How many of them were marked.
  [[nodiscard]] std::size_t marked() const noexcept {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [](entry const& each) {
      return each.number != no_packet && each.mark != ecn::not_ect;
    }));
  }

  void add(entry const& packet) noexcept {
    auto& slot = entries_[next_];
    if (slot.number == no_packet) ++live_;
    slot = packet;
    next_ = (next_ + 1) % capacity;
  }

  /// Removes the packets numbered `smallest` to `largest` and gives each to `f`.
  template <class F>
  void take(packet_number smallest, packet_number largest, F&& f) {
    if (live_ == 0) return;
    for (auto& slot : entries_) {
      if (slot.number < smallest || slot.number > largest) continue;
      auto const taken = slot;
      slot = entry{};
      --live_;
      f(taken);
    }
  }

  void clear() noexcept { *this = ack_only_trace{}; }

 private:
  std::array<entry, capacity> entries_{};
  std::size_t next_ = 0;
  std::size_t live_ = 0;
};

}  // namespace quoin
