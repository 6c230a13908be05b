// SPDX-License-Identifier: BSL-1.0
/// \file
/// How large a datagram a path carries, found out by trying (RFC 8899, RFC 9000 14.3).
#pragma once

#include <quoin/core/limits.hpp>
#include <quoin/core/time.hpp>

#include <algorithm>

namespace quoin {

/// Sizes are UDP payload. The largest is tried first, as most paths carry what their ends do; then the span between
/// what is known to pass and what is not is halved. Nothing here sends or keeps a timer: it is asked when something is
/// sent.
class mtu_search {
 public:
  /// Lost probes of one size before it counts as too large (RFC 8899 5.1.2, MAX_PROBES).
  static constexpr unsigned most_probes = 3;
  /// What is too little to be worth another probe.
  static constexpr std::size_t resolution = 16;
  /// After how long a path that turned out small is tried again (RFC 8899 5.1.1, PMTU_RAISE_TIMER).
  static constexpr duration raise_after = std::chrono::seconds{600};
  /// Probe timeouts in a row, and large packets lost with none of them acknowledged, that make a black hole
  /// (RFC 8899 4.3).
  static constexpr std::uint32_t black_hole_timeouts = 3;
  static constexpr std::uint32_t black_hole_losses = 6;

  /// The size that is sent now.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Whether larger sizes are still to be tried.
  [[nodiscard]] bool searching() const noexcept { return candidate_ != 0; }

  /// Begins at `start`, with `base` to fall back to, and looks for more up to `most`. Without `most` above `start`
  /// nothing is ever probed.
  void begin(std::size_t base, std::size_t start, std::size_t most) noexcept {
    base_ = base;
    size_ = start;
    most_ = std::max(start, most);
    search_up_to(most_);
  }

  /// The size of the probe that is to be sent now; 0 for none.
  [[nodiscard]] std::size_t probe_due(instant now) const noexcept {
    if (in_flight_) return 0;
    if (candidate_ != 0) return candidate_;
    return now >= raise_at_ ? most_ : 0;
  }

  void on_probe_sent(std::size_t size) noexcept {
    if (candidate_ != size) search_up_to(most_);
    candidate_ = size;
    in_flight_ = true;
  }

  /// What is known is about another path from now on, where no probe is under way: what becomes of one that is, is
  /// told to the path that it was sent on.
  void move_on() noexcept { in_flight_ = false; }

  void on_probe_acked(std::size_t size, instant now) noexcept {
    if (size == candidate_) in_flight_ = false;
    if (size <= size_ || size > ceiling_) return;
    size_ = size;
    choose_next(now);
  }

  /// A lost probe says something about its size and nothing about congestion (RFC 9000 14.4).
  void on_probe_lost(std::size_t size, instant now) noexcept {
    if (size != candidate_) return;
    in_flight_ = false;
    if (++lost_probes_ < most_probes) return;
    ceiling_ = size - 1;
    choose_next(now);
  }

  /// A packet was acknowledged or lost. When many that were larger than the base are, and none that was sent after them
  /// arrived, the path is taken for one that swallows them: `size()` is the base then, and the search begins anew.
  void on_acked(packet_number number, std::size_t size) noexcept {
    if (size <= base_) return;
    lost_large_ = 0;
    if (!large_arrived_ || number > newest_large_) newest_large_ = number;
    large_arrived_ = true;
  }
  void on_lost(packet_number number, std::size_t size) noexcept {
    if (size <= base_ || size > size_ || (large_arrived_ && number < newest_large_)) return;
    if (++lost_large_ >= black_hole_losses) fall_back();
  }
  void on_probe_timeout(std::uint32_t count) noexcept {
    if (count >= black_hole_timeouts) fall_back();
  }

  /// The network interface takes no datagrams of `size` bytes.
  void on_refused(std::size_t size, instant now) noexcept {
    if (size <= base_) return;
    in_flight_ = false;
    most_ = std::max(std::min(most_, size - 1), base_);
    ceiling_ = std::min(ceiling_, size - 1);
    if (size_ >= size) size_ = base_;
    choose_next(now);
  }

 private:
  void fall_back() noexcept {
    lost_large_ = 0;
    if (size_ <= base_) return;
    size_ = base_;
    search_up_to(most_);
  }

  void search_up_to(std::size_t most) noexcept {
    ceiling_ = most;
    raise_at_ = never;
    lost_probes_ = 0;
    in_flight_ = false;
    candidate_ = most > size_ ? most : 0;
  }

  void choose_next(instant now) noexcept {
    lost_probes_ = 0;
    if (ceiling_ > size_ && ceiling_ - size_ >= resolution) {
      candidate_ = size_ + (ceiling_ - size_ + 1) / 2;
      return;
    }
    candidate_ = 0;
    raise_at_ = size_ < most_ ? saturating_add(now, raise_after) : never;
  }

  std::size_t base_ = limits::initial_datagram;
  std::size_t size_ = limits::initial_datagram;
  std::size_t most_ = limits::initial_datagram;     ///< what both ends and the interface would take
  std::size_t ceiling_ = limits::initial_datagram;  ///< above it nothing passes, as far as is known
  std::size_t candidate_ = 0;                       ///< the size that is tried, 0 while nothing is
  unsigned lost_probes_ = 0;
  std::uint32_t lost_large_ = 0;  ///< since the last large packet that arrived
  packet_number newest_large_ = 0;
  bool large_arrived_ = false;
  bool in_flight_ = false;
  instant raise_at_ = never;
};

}  // namespace quoin
