// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `scheduler` slot: which stream's bytes go into the next packet.
#pragma once

#include <quoin/core/stream_id.hpp>

#include <concepts>
#include <optional>

namespace quoin {

/// What the application says of a stream's importance (after RFC 9218 4).
struct stream_priority {
  std::uint8_t urgency = 3;  ///< 0 (first) to 7 (last)
  bool incremental = false;  ///< whether parts are useful before the whole is there
  constexpr bool operator==(stream_priority const&) const = default;
};

/// Orders the streams that have something to send (RFC 9000 2.3). It knows no bytes, only identifiers.
///   `activate(id, priority)`  the stream has something to send; a stream that is active already stays where it is
///   `deactivate(id)`          nothing left to send, or blocked by its own limit; unknown streams are ignored
///   `next()`                  the stream whose turn it is, none when no stream is active; asking changes nothing
///   `sent(id, bytes)`         that many bytes of the stream went into a packet; it may stay active
///   `prioritize(id, p)`       the application changed its mind
/// Constant or logarithmic time each; no allocation once as many streams have been active before.
/// Models: `round_robin`, `fifo`, `weighted_fair`, `strict_priority`, `urgency_incremental`.
template <class S>
concept stream_scheduler = std::default_initializable<S> &&
    requires(S& scheduler, S const& asked, stream_id id, stream_priority priority, byte_count n) {
  { scheduler.activate(id, priority) } -> std::same_as<void>;
  { scheduler.deactivate(id) } noexcept -> std::same_as<void>;
  { asked.next() } noexcept -> std::same_as<std::optional<stream_id>>;
  { scheduler.sent(id, n) } noexcept -> std::same_as<void>;
  { scheduler.prioritize(id, priority) } -> std::same_as<void>;
};

}  // namespace quoin
