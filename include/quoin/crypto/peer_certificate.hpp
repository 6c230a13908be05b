// SPDX-License-Identifier: BSL-1.0
/// \file
/// Who the peer of a connection is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quoin {

/// Who the peer says it is; verified once the handshake is complete, unless verification was switched off.
struct peer_certificate {
  std::string subject;             ///< the distinguished name
  std::string sha256_fingerprint;  ///< of the certificate, as AB:CD:...
  /// As DER, the peer's own first, in the order in which it sent them. Empty where a session was resumed, which
  /// remembers only the two above.
  std::vector<std::vector<std::uint8_t>> chain{};
};

}  // namespace quoin
