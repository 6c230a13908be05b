// SPDX-License-Identifier: BSL-1.0
/// \file
/// The slow part of a link: a transmitter of a fixed rate with a drop-tail queue in front of it.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <limits>
#include <optional>

namespace quoin::sim {

/// Rate and queue of a link. A queue counts the datagram that is being transmitted.
struct bottleneck_settings {
  std::uint64_t bits_per_second = 0;  ///< 0: infinitely fast, and no queue
  byte_count queue_bytes = std::numeric_limits<byte_count>::max();
  std::size_t queue_datagrams = std::numeric_limits<std::size_t>::max();
  byte_count overhead = 0;  ///< bytes of headers that each datagram costs beside its payload (28 for UDP over IPv4)
};

/// Sends datagrams one after the other, exactly: the part of a nanosecond that one transmission leaves over is carried
/// to the next while the transmitter stays busy.
class bottleneck {
 public:
  /// When a datagram that arrives now has been transmitted; nothing when the queue has no room for it.
  std::optional<instant> transmit(bottleneck_settings const& settings, byte_count payload, instant now) {
    if (settings.bits_per_second == 0) return now;
    while (!queue_.empty() && queue_.front().done <= now) {
      queued_ -= queue_.front().size;
      queue_.pop_front();
    }
    auto const size = payload + settings.overhead;
    if (queue_.size() >= settings.queue_datagrams || size > settings.queue_bytes ||
        queued_ > settings.queue_bytes - size)
      return std::nullopt;
    if (busy_until_ <= now) {
      busy_until_ = now;
      carried_ = 0;
    }
    auto const work = size * 8 * 1'000'000'000 + carried_;  // nanoseconds times rate; a datagram of 64 KiB is 2^49
    busy_until_ += duration{static_cast<duration::rep>(work / settings.bits_per_second)};
    carried_ = work % settings.bits_per_second;
    queue_.push_back({busy_until_, size});
    queued_ += size;
    return busy_until_;
  }

  /// Bytes that were waiting or being transmitted when `transmit` was last asked.
  [[nodiscard]] byte_count queued() const noexcept { return queued_; }

 private:
  struct waiting {
    instant done;
    byte_count size = 0;
  };

  ring<waiting> queue_;
  byte_count queued_ = 0;
  instant busy_until_;
  std::uint64_t carried_ = 0;
};

}  // namespace quoin::sim
