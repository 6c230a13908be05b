// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

sim::verdict drop_marked(sim::datagram& d, std::uint64_t) {
  return {.drop = d.mark != ecn::not_ect};
}

}  // namespace

TEST_CASE("an end that only acknowledges notices that its marks are dropped", "[scenario][rfc9000]") {
  for (auto const sender : {role::client, role::server})
    for (bool const both_ways : {true, false}) {
      CAPTURE(sender == role::client, both_ways);
      world w;
      REQUIRE(w.establish());
      REQUIRE(w.transfer(sender, 100'000));
      auto const receiver = sender == role::client ? role::server : role::client;
      REQUIRE(w.sent(receiver).back().mark == ecn::ect0);
      auto& data = sender == role::client ? w.uplink() : w.downlink();
      auto& acknowledgements = sender == role::client ? w.downlink() : w.uplink();
      acknowledgements.on_each(drop_marked);
      if (both_ways) data.on_each(drop_marked);
      // RFC 9000 13.2.4: now and then an acknowledgement asks for an answer. Where none comes, probes find out why.
      REQUIRE(w.transfer(sender, 500'000, 20s));
      CHECK(w.sent(receiver).back().mark == ecn::not_ect);
      // From there on nothing is lost any more for its mark: the path serves as if it had never carried any.
      auto const begun = w.now();
      REQUIRE(w.transfer(sender, 500'000, 20s));
      CHECK(w.now() - begun < 3s);
      CHECK_FALSE(w.client().ended);
      CHECK_FALSE(w.server().ended);
    }
}

TEST_CASE("acknowledgements ask for an answer once a second at most", "[scenario][rfc9000]") {
  world_options options;
  options.link.bottleneck = {.bits_per_second = 2'000'000, .queue_bytes = 60'000};
  world w{options};
  REQUIRE(w.establish());
  REQUIRE(w.transfer(role::client, 2'500'000));
  // Those of a search for the path's MTU are padded.
  auto const asking =
      w.sent(role::server, [](seen_packet const& p) { return p.has(frame_type::ping) && p.size < 100; });
  CHECK(asking.size() <= 11);
  for (std::size_t i = 1; i < asking.size(); ++i) CHECK(asking[i].at - asking[i - 1].at >= 1s);
}
