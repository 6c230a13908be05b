// SPDX-License-Identifier: BSL-1.0
/// \file
/// What checkers are told of connections without endpoints.
#pragma once

#include "invariants.hpp"
#include "loose_ends.hpp"

namespace quoin::property {

/// How an end stands, which must be there. `lent` is how many bytes were written to it without a copy.
template <class Stack>
seen_end look_at_end(basic_loose_ends<Stack>& ends, role side, loose_end const& made, byte_count lent = 0);

/// The network between the ends; how they stand is left to be said.
template <class Stack>
seen_step look_around(basic_loose_ends<Stack>& ends);

}  // namespace quoin::property
