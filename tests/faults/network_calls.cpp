// SPDX-License-Identifier: BSL-1.0
// Every single send and every single arrival of every canonical scenario goes wrong in every way, once a run;
// under version 2 every fourth.
#include "canonical_scenarios.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

namespace {

using faults_of = std::vector<io_fault_at> ends_options::*;

/// `where` are the faults of the client and of the server, `count` tells how many calls there were.
template <class Count>
void sweep(std::array<faults_of, 2> where, std::initializer_list<io_fault> kinds, Count count) {
  for (auto const& scenario : canonical_scenarios<two_ends>())
    for (auto const side : {role::client, role::server})
      for (auto const fault : kinds) {
        bool reached = true;
        for (std::uint64_t n = 0; reached; n += stride_of_version()) {
          CAPTURE(scenario.name, index_of(side), index_of(fault), n);
          auto options = scenario.options;
          auto& faults = options.*where[index_of(side)];
          faults.insert(faults.begin(), {n, fault});
          two_ends ends{options};
          bool const played = scenario.play(ends);
          reached = count(ends, side) > n;
          REQUIRE(played);
          ends.finish();
          REQUIRE(ends.connections() == 0);
        }
      }
}

}  // namespace

TEST_CASE("a send that fails is made up for", "[faults]") {
  using enum io_fault;
  sweep({&ends_options::client_faults, &ends_options::server_faults},
        {would_block, too_large, unreachable, failed, drop, duplicate, cut},
        [](auto& ends, role side) { return ends.sends(side); });
}

TEST_CASE("an arrival that is lost, repeated or cut short is made up for", "[faults]") {
  using enum io_fault;
  sweep({&ends_options::client_arrivals, &ends_options::server_arrivals}, {drop, duplicate, cut},
        [](auto& ends, role side) { return ends.arrivals(side); });
}

TEST_CASE("a network that takes nothing for five seconds is asked now and then and ends nothing", "[faults]") {
  for (auto const status :
       {send_status::would_block, send_status::failed, send_status::unreachable, send_status::too_large})
    for (auto const side : {role::client, role::server})
      for (bool const first_flight : {true, false}) {
        CAPTURE(index_of(status), index_of(side), first_flight);
        two_ends ends{{}};
        if (!first_flight) REQUIRE(ends.establish());
        ends.refuse_sends(side, status);
        if (first_flight) REQUIRE(ends.connect());
        if (!first_flight)
          for (auto* const from : {&ends.client, &ends.server})
            static_cast<void>(ends.with(*from, [](auto& c) { return c.ping(), true; }));
        auto const before = ends.sends(side);
        ends.pass(5s);
        // A blocked batch is tried once a millisecond; what failed is lost, and is said again by timers that back off.
        CHECK(ends.sends(side) - before < (status == send_status::would_block ? 5'010 : 200));
        CHECK_FALSE(ends.spun);
        ends.refuse_sends(side, send_status::sent);
        ends.run_until([&] { return ends.client.confirmed && ends.server.confirmed; });
        if (status == send_status::too_large && side == role::client && first_flight) {
          CHECK(ends.client.closes == 1);  // an interface that takes no 1200 bytes is none for QUIC (RFC 9000 14)
          continue;
        }
        CHECK(ends.client.current != nullptr);
        CHECK(ends.transfer(ends.client, ends.server, 10'000, true));
        CHECK(ends.transfer(ends.server, ends.client, 10'000, true));
        ends.finish();
        CHECK(ends.connections() == 0);
      }
}
