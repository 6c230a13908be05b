// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a random run is made from: two ends with settings of their own, and a network that treats each direction as it
/// likes.
#pragma once

#include "random_run.hpp"

#include <quoin/sim/random.hpp>

namespace quoin::property {

/// One direction.
sim::link_settings random_link(sim::random& chance);

/// Everything but what the other direction is like.
scenario::world_options random_world(run_options const& from, sim::random& chance);

}  // namespace quoin::property
