// SPDX-License-Identifier: BSL-1.0
// RFC 9002 7.8: a window that is not used does not grow, for every controller.
#include "flow.hpp"

#include <quoin/congestion/bbr.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/congestion/prague.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEMPLATE_TEST_CASE("a window that is not used does not grow", "[congestion][rfc9002]", new_reno, new_reno_hystart,
                   cubic, prague) {
  world network{path_of(100, 40ms, 1'000'000)};
  flow<TestType> sender{network, 20ms};
  auto const before = sender.controller().window();
  sender.offer(2 * packet_size, 20ms);
  network.run(10s);
  CHECK(sender.controller().window() == before);
  CHECK(sender.controller().in_slow_start());
  // When there is more to send, growth goes on as it always did.
  sender.stop_offering();
  sender.to_send = ~byte_count{0};
  sender.send();
  network.run(200ms);
  CHECK(sender.controller().window() > 4 * before);
}

TEMPLATE_TEST_CASE("a sender that pacing holds back is not limited by the application", "[congestion][rfc9002]",
                   new_reno, cubic) {
  world network{path_of(100, 40ms, 1'000'000)};
  flow<TestType> sender{network, 20ms};
  auto const before = sender.controller().window();
  sender.send();
  REQUIRE(network.run_until([&] { return sender.machine.has_rtt_sample(); }, 1s));
  REQUIRE(sender.machine.next_send_time(packet_size, network.now()) >= network.now());
  network.run(200ms);
  CHECK(sender.controller().window() >= 8 * before);
}

TEMPLATE_TEST_CASE("congestion avoidance does not grow what is not used", "[congestion][rfc9002]", new_reno, cubic) {
  world network{path_of(20, 40ms, 50'000)};
  flow<TestType> sender{network, 20ms};
  sender.send();
  REQUIRE(network.run_until([&] { return sender.machine.statistics().packets_lost > 0; }));
  network.run(1s);
  sender.offer(2 * packet_size, 20ms);
  network.run(1s);
  auto const before = sender.controller().window();
  REQUIRE_FALSE(sender.controller().in_slow_start());
  network.run(20s);
  CHECK(sender.controller().window() == before);
}

TEST_CASE("samples that the application limits do not lower what bbr knows", "[bbr][rfc9002]") {
  world network{path_of(20, 40ms, 200'000)};
  flow<bbr> sender{network, 20ms};
  sender.send();
  network.run(4s);
  auto const known = sender.controller().bandwidth();
  sender.offer(2 * packet_size, 20ms);
  network.run(30s);
  CHECK(sender.controller().bandwidth() > known * 9 / 10);
}
