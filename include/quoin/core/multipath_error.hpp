// SPDX-License-Identifier: BSL-1.0
/// \file
/// Why a path is abandoned (draft-ietf-quic-multipath 4.2.1).
#pragma once

#include <cstdint>

namespace quoin {

/// What a PATH_ABANDON frame gives as its reason.
enum class path_abandon_code : std::uint64_t {
  no_error = 0,
  application_abandon_path = 0x3e,       ///< the application wanted it
  path_resource_limit_reached = 0x3e75,  ///< there is not enough to maintain it
  path_unstable_or_poor = 0x3e76,        ///< it does not work, or not well
  no_cid_available_for_path = 0x3e77,    ///< the peer has given no connection ID for it
};

}  // namespace quoin
