// SPDX-License-Identifier: BSL-1.0
/// \file
/// Whose bytes go next on the tool's connections.
#pragma once

#include <quoin/schedule/urgency_incremental.hpp>

namespace tool {

/// What clients of HTTP/3 say they need first goes first (RFC 9218 10): browsers wait for style sheets before pictures.
using stream_order = quoin::urgency_incremental;

}  // namespace tool
