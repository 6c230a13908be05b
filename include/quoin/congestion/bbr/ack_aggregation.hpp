// SPDX-License-Identifier: BSL-1.0
/// \file
/// How much more than expected arrives at once, on paths that gather acknowledgements (draft-ietf-ccwg-bbr 5.5.9).
#pragma once

#include <quoin/congestion/bbr/inflight.hpp>

namespace quoin::bbr_model {

inline void update_ack_aggregation(model& m, byte_count newly_acked, instant now) noexcept {
  auto expected = as_bytes(m.bandwidth * static_cast<double>((now - m.extra_acked_start).count()) / 1e9);
  // Slower than expected: whatever was gathered has come out.
  if (m.extra_acked_delivered <= expected) {
    m.extra_acked_delivered = 0;
    m.extra_acked_start = now;
    expected = 0;
  }
  m.extra_acked_delivered += newly_acked;
  auto const extra = std::min(m.extra_acked_delivered - expected, m.window);
  m.extra_acked.add(extra, m.round_count, m.full_bandwidth_reached ? extra_acked_rounds : 1);
}

}  // namespace quoin::bbr_model
