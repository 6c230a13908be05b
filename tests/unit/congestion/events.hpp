// SPDX-License-Identifier: BSL-1.0
/// \file
/// Events for controllers, made short.
#pragma once

#include <quoin/policy/congestion.hpp>

namespace quoin::test {

using namespace std::chrono_literals;

inline instant at(duration since_start) {
  return instant{} + 100s + since_start;
}

inline congestion_path path(byte_count datagram = 1200) {
  congestion_path made;
  made.max_datagram_size = datagram;
  return made;
}

/// `bytes` arrived, sent one round trip of 100 ms before.
inline congestion_acked acked(duration now, byte_count bytes, duration rtt = 100ms) {
  congestion_acked event;
  event.now = at(now);
  event.bytes = bytes;
  event.largest_sent_at = at(now - rtt);
  event.bytes_in_flight = 1;
  event.rtt = {rtt, rtt, rtt, rtt / 2};
  event.rtt_updated = true;
  return event;
}

inline congestion_lost lost(duration now, duration sent, bool persistent = false) {
  return {at(now), 1200, at(sent), 1, persistent};
}

inline congestion_marked marked(duration now, duration sent) {
  return {at(now), at(sent), 1};
}

}  // namespace quoin::test
