// SPDX-License-Identifier: BSL-1.0
/// \file
/// One life of a connection, in which memory runs out once.
#pragma once

#include "two_ends.hpp"

#include <string>

namespace quoin::testing {

/// Plays a scenario without its `k`-th allocation and says what went wrong, in sentences. `reached` says whether
/// there was such an allocation.
template <class Stack, class Play>
std::string play_without(ends_options const& options, Play play, std::uint64_t k, bool& reached) {
  std::string problems;
  auto const before = live_allocations() + 0;
  {
    two_ends_of<Stack> ends{options};
    fail_allocation(k);
    bool const played = play(ends);
    reached = allocation_failed();
    fail_allocation(0);
    if (!played && !reached) problems += "the scenario does not succeed undisturbed\n";
    ends.finish();
    if (ends.escaped) problems += "an exception left an endpoint's turn\n";
    if (ends.connections() != 0) problems += "a connection stays after its end\n";
    if (ends.client.blames + ends.server.blames != 0) problems += "somebody is blamed for what memory ran out for\n";
    // Whatever happened to one connection, the next one is as good as any.
    if (!ends.establish() || !ends.transfer(ends.client, ends.server, 5'000, true))
      problems += "the endpoints do not work any more\n";
    ends.finish();
    if (ends.connections() != 0) problems += "the connection after it stays\n";
  }
  if (problems.empty() && live_allocations() != before) problems += "memory is lost\n";
  return problems;
}

}  // namespace quoin::testing
