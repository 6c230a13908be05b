// SPDX-License-Identifier: BSL-1.0
/// \file
/// The round trip of the empty path (draft-ietf-ccwg-bbr 5.3.4.3, 5.5.6).
#pragma once

#include <quoin/congestion/bbr/model.hpp>

namespace quoin::bbr_model {

/// Two minima: of five seconds, after which ProbeRTT is due, and of ten, which is what is reckoned with.
inline void update_min_rtt(model& m, rate_sample const& sample, instant now) noexcept {
  m.probe_rtt_expired = m.probe_rtt_min_delay && now > m.probe_rtt_min_stamp + probe_rtt_interval;
  if (sample.rtt >= duration::zero() &&
      (!m.probe_rtt_min_delay || sample.rtt < *m.probe_rtt_min_delay || m.probe_rtt_expired)) {
    m.probe_rtt_min_delay = std::max(sample.rtt, duration{1});
    m.probe_rtt_min_stamp = now;
  }
  if (!m.probe_rtt_min_delay) return;
  bool const expired = now > m.min_rtt_stamp + min_rtt_filter_length;
  if (m.min_rtt && *m.probe_rtt_min_delay >= *m.min_rtt && !expired) return;
  m.min_rtt = m.probe_rtt_min_delay;
  m.min_rtt_stamp = m.probe_rtt_min_stamp;
}

}  // namespace quoin::bbr_model
