// SPDX-License-Identifier: BSL-1.0
/// \file
/// What is known of one path, beside what recovery measures on it (RFC 9000 9).
#pragma once

#include <quoin/core/address.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/path/amplification.hpp>
#include <quoin/path/mtu_search.hpp>
#include <quoin/path/path_validation.hpp>
#include <quoin/path/spin_bit.hpp>

#include <optional>

namespace quoin {

/// A pair of addresses and what may be sent between them. Recovery keeps round trips, congestion and ECN of the path
/// under the same `id`.
struct path_record {
  path_id id = 0;
  network_path addresses;
  amplification_limit amplification;
  path_validation validation;
  mtu_search mtu;
  spin_bit spin;

  /// The sequence number of the peer's connection ID that is used here; of the path in use, `peer_connection_ids`
  /// knows. Nothing while the peer has not given enough of them.
  std::optional<std::uint64_t> peer_id;

  connection_id destination;  ///< ours, in the peer's latest packets from here

  bool validated = false;          ///< what we send on it has reached the peer (RFC 9000 8.2.3)
  bool wanted = false;             ///< it is to be used as soon as it is validated
  bool kept = false;               ///< the application has asked for it
  bool carries_estimates = false;  ///< congestion and round trips are known
  unsigned refusals = 0;           ///< of its smallest datagrams, by the network interface (RFC 9000 14.2)
  instant validated_at{};
  instant heard_at{};         ///< when the last authentic packet came from here
  instant forget_at = never;  ///< when a path that is not used any more is let go of

  [[nodiscard]] std::size_t datagram_size() const noexcept { return mtu.size(); }
};

}  // namespace quoin
