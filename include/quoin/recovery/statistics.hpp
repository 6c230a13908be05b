// SPDX-License-Identifier: BSL-1.0
/// \file
/// Numbers that recovery keeps for people.
#pragma once

#include <quoin/core/types.hpp>

namespace quoin {

/// Totals since the connection began, all packet number spaces together.
struct recovery_statistics {
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_acked = 0;
  std::uint64_t packets_lost = 0;
  std::uint64_t spurious_losses = 0;  ///< declared lost and acknowledged later
  std::uint64_t probe_timeouts = 0;
  byte_count bytes_sent = 0;
  byte_count bytes_acked = 0;
  byte_count bytes_lost = 0;
};

}  // namespace quoin
