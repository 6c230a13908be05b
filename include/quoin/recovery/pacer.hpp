// SPDX-License-Identifier: BSL-1.0
/// \file
/// Spreads packets over the round trip (RFC 9002 7.7).
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>

namespace quoin {

/// What may leave at once: ten datagrams, or a millisecond's worth where that is more, so that a fast path can be fed
/// with large batches.
struct usual_burst {
  static constexpr byte_count deepest = 256 * 1024;
  static constexpr byte_count largest_quantum = 64 * 1024;

  [[nodiscard]] byte_count depth(byte_count datagram_size, byte_count rate) const noexcept {
    return std::max(10 * datagram_size, std::min(rate / 1000, deepest));
  }
  /// Half a millisecond's bytes, at least a datagram, at most one batch of the network.
  [[nodiscard]] byte_count quantum(byte_count datagram_size, byte_count rate) const noexcept {
    return std::max(datagram_size, std::min(rate / 2000, largest_quantum));
  }
};

/// What the controller says that may leave at once, and as much again so that a timer that comes late costs no rate.
struct chosen_burst {
  byte_count bytes = 0;

  [[nodiscard]] byte_count depth(byte_count datagram_size, byte_count) const noexcept {
    return 2 * std::max(bytes, datagram_size);
  }
  [[nodiscard]] byte_count quantum(byte_count datagram_size, byte_count) const noexcept {
    return std::max(bytes, datagram_size);
  }
};

/// A leaky bucket of bytes. It fills at the rate that it is told; its depth is what may leave in one burst.
template <class Burst>
class basic_pacer {
 public:
  explicit basic_pacer(byte_count datagram_size) noexcept : datagram_size_(datagram_size) {}

  /// Bytes a second; 0 lets everything pass, which is right until the round trip is known.
  void set_rate(byte_count bytes_per_second) noexcept {
    if (rate_ == 0 && bytes_per_second != 0) fresh_ = true;
    rate_ = bytes_per_second;
  }
  void set_burst(Burst burst) noexcept { burst_ = burst; }
  void set_datagram_size(byte_count size) noexcept { datagram_size_ = size; }
  [[nodiscard]] byte_count rate() const noexcept { return rate_; }

  /// The most that may leave at once.
  [[nodiscard]] byte_count depth() const noexcept { return burst_.depth(datagram_size_, rate_); }

  /// How many bytes may leave now.
  [[nodiscard]] byte_count budget(instant now) const noexcept {
    if (rate_ == 0) return ~byte_count{0};
    return static_cast<byte_count>(std::max(level(now), 0.0));
  }

  /// Bytes left, allowed or not (probes are not held back, but they count).
  void on_sent(byte_count size, instant now) noexcept {
    if (rate_ == 0) return;
    auto const capacity = static_cast<double>(depth());
    level_ = std::max(level(now) - static_cast<double>(size), -capacity);
    filled_at_ = now;
    fresh_ = false;
  }

  /// When `burst` bytes, or as many as ever may leave at once, can go; not after `now` if they can go now.
  [[nodiscard]] instant next_send_time(byte_count burst, instant now) const noexcept {
    if (rate_ == 0) return now;
    auto const missing = static_cast<double>(std::min(burst, depth())) - level(now);
    if (missing <= 0) return now;
    auto const wait = missing * 1e9 / static_cast<double>(rate_);
    return saturating_add(now, duration{static_cast<duration::rep>(std::min(wait, 1e18)) + 1});
  }

  /// A burst worth waiting for.
  [[nodiscard]] byte_count quantum() const noexcept { return burst_.quantum(datagram_size_, rate_); }

 private:
  [[nodiscard]] double level(instant now) const noexcept {
    auto const capacity = static_cast<double>(depth());
    if (fresh_) return capacity;
    auto const elapsed = now > filled_at_ ? static_cast<double>((now - filled_at_).count()) : 0.0;
    return std::min(level_ + elapsed * static_cast<double>(rate_) / 1e9, capacity);
  }

  [[no_unique_address]] Burst burst_;
  byte_count datagram_size_;
  byte_count rate_ = 0;
  double level_ = 0;
  instant filled_at_{};
  bool fresh_ = true;  // the bucket starts full
};

using pacer = basic_pacer<usual_burst>;

}  // namespace quoin
