// SPDX-License-Identifier: BSL-1.0
/// \file
/// How often a sender wants to hear from its peer (draft-ietf-quic-ack-frequency 8).
#pragma once

#include <quoin/ack/requested_acks.hpp>

#include <algorithm>

namespace quoin {

/// What decides the wish.
struct ack_conditions {
  std::uint64_t window = 0;  ///< packets of full size
  duration smoothed_rtt{};
  duration min_ack_delay{};  ///< of the peer
  duration max_ack_delay{};  ///< what it announced in the handshake
  std::uint64_t acks_per_window = 8;
  std::uint64_t max_threshold = 31;
};

/// Acknowledgements enough to keep a window moving, and no more: some for each window, and one within a quarter of a
/// round trip, so that neither growth nor loss detection waits long. Packets out of order hurry an ACK once the first
/// of them can be declared lost (RFC 9002 6.1.1).
constexpr ack_request wished_acks(ack_conditions const& now) noexcept {
  constexpr std::uint64_t packet_threshold = 3;
  ack_request wish;
  auto const packets = now.window / std::max<std::uint64_t>(now.acks_per_window, 1);
  wish.threshold = std::clamp<std::uint64_t>(packets, 1, std::max<std::uint64_t>(now.max_threshold, 1));
  wish.max_ack_delay = std::clamp(now.smoothed_rtt / 4, now.min_ack_delay, now.max_ack_delay);
  wish.reordering_threshold = packet_threshold;
  return wish;
}

/// Whether a wish differs enough from what holds to be worth a frame. A small window is well served by RFC 9000.
constexpr bool is_worth_asking(ack_request const& agreed, ack_request const& wish) noexcept {
  if (wish.threshold >= 2 * agreed.threshold || 2 * wish.threshold <= agreed.threshold) return true;
  bool const asked_before = agreed.reordering_threshold != 1;
  return asked_before &&
         (wish.max_ack_delay > 2 * agreed.max_ack_delay || 2 * wish.max_ack_delay < agreed.max_ack_delay);
}

}  // namespace quoin
