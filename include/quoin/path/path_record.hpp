// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is known of one path, beside what recovery measures on it (RFC 9000 9).
#pragma once

#include <quoin/core/address.hpp>
#include <quoin/path/amplification.hpp>

namespace quoin {

/// A pair of addresses and what may be sent between them. Recovery keeps round trips, congestion and ECN of the path
/// under the same `id`.
struct path_record {
  path_id id = 0;
  network_path addresses;
  amplification_limit amplification;
  std::size_t datagram_size = limits::initial_datagram;  ///< the UDP payload that the path carries (RFC 9000 14)
};

}  // namespace quoin
