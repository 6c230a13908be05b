// SPDX-License-Identifier: BSL-1.0
/// \file
/// Who the peer of a connection is.
#pragma once

#include <string>

namespace quoin {

/// Who the peer says it is; verified once the handshake is complete, unless verification was switched off.
struct peer_certificate {
  std::string subject;             ///< the distinguished name
  std::string sha256_fingerprint;  ///< of the certificate, as AB:CD:...
};

}  // namespace quoin
