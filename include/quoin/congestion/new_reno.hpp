// SPDX-License-Identifier: BSL-1.0
/// \file
/// The controller that RFC 9002 describes in section 7 and appendix B.
#pragma once

#include <quoin/congestion/avoidance/reno.hpp>
#include <quoin/congestion/loss_based.hpp>

namespace quoin {

/// RFC 9002 to the letter: doubles the window every round trip until congestion, then adds a datagram a round trip and
/// halves on congestion.
using new_reno = loss_based<slow_start::standard, avoidance::reno, ecn_response::classic>;

/// The same with a slow start that ends before loss.
using new_reno_hystart = loss_based<slow_start::hystart_pp, avoidance::reno, ecn_response::classic>;

}  // namespace quoin
