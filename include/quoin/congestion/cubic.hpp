// SPDX-License-Identifier: BSL-1.0
/// \file
/// CUBIC (RFC 9438) with HyStart++ (RFC 9406): the default controller.
#pragma once

#include <quoin/congestion/avoidance/cubic.hpp>
#include <quoin/congestion/loss_based.hpp>

namespace quoin {

/// Grows along a cubic curve of the time since the last congestion, and never slower than Reno would.
using cubic = loss_based<slow_start::hystart_pp, avoidance::cubic, ecn_response::classic>;

}  // namespace quoin
