// SPDX-License-Identifier: BSL-1.0
/// \file
/// A scalable controller for low latency, low loss and scalable throughput (RFC 9330, RFC 9331).
#pragma once

#include <quoin/congestion/avoidance/reno.hpp>
#include <quoin/congestion/loss_based.hpp>

namespace quoin {

/// Sends ECT(1) and gives way in proportion to the marks, as Prague does, whatever the round trip; gives way to loss as
/// Reno does, and to marks of a queue that seems to know nothing of L4S (RFC 9331 4.3). Where nothing marks it is
/// `new_reno_hystart`.
using prague = loss_based<slow_start::hystart_pp, avoidance::reno, ecn_response::l4s>;

}  // namespace quoin
