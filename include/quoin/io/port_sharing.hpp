// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a socket shares its port.
#pragma once

#include <cstdint>

namespace quoin {

/// Whether other sockets may have the same address and port, each with its share of the peers (SO_REUSEPORT).
enum class port_sharing : std::uint8_t {
  alone,   ///< nobody else
  founds,  ///< those that join later; there must be nobody yet, so that no stranger's group is joined by accident
  joins,   ///< all that say so, and a founder
};

}  // namespace quoin
