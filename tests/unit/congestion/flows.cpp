// SPDX-License-Identifier: BSL-1.0
// Loss-based controllers over a simulated bottleneck: what their RFCs say that one sees.
#include "flow.hpp"

#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/new_reno.hpp>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace quoin;
using namespace quoin::test;
using Catch::Approx;

namespace {

/// The largest number of packets lost in slow start, and the window when it ended.
template <class C>
struct first_slow_start {
  std::uint64_t lost = 0;
  byte_count window = 0;

  first_slow_start() {
    world network{path_of(50, 80ms, 5'000'000)};
    flow<C> sender{network, 40ms};
    sender.send();
    REQUIRE(network.run_until([&] { return !sender.controller().in_slow_start(); }));
    network.run(300ms);
    lost = sender.machine.statistics().packets_lost;
    window = sender.controller().window();
  }
};

}  // namespace

TEST_CASE("hystart leaves slow start before anything is lost", "[congestion][rfc9406]") {
  first_slow_start<cubic> careful;
  CHECK(careful.lost == 0);
  CHECK(careful.window > bdp_of(50, 80ms) * 9 / 10);
  first_slow_start<new_reno_hystart> as_careful;
  CHECK(as_careful.lost == 0);
  first_slow_start<new_reno> plain;
  CHECK(plain.lost > 100);
}

TEST_CASE("between two losses cubic follows the curve of RFC 9438", "[congestion][rfc9438]") {
  world network{path_of(200, 100ms, 10'000'000)};
  flow<cubic> sender{network, 50ms};
  sender.send();
  // A loss at a window that is known.
  REQUIRE(network.run_until([&] { return sender.controller().window() > 900 * packet_size; }));
  auto const maximum = static_cast<double>(sender.controller().window());
  network.link.drop(1);
  REQUIRE(network.run_until([&] { return sender.machine.statistics().packets_lost > 0; }));
  auto const reduced = static_cast<double>(sender.controller().window());
  CHECK(reduced > 0.69 * maximum);
  CHECK(reduced < 2 * 0.71 * maximum);  // it doubles once more before the loss is known
  REQUIRE(network.run_until([&] { return static_cast<double>(sender.controller().window()) > reduced; }));
  auto const begun = network.now();
  auto const top = reduced / 0.7;
  auto const rise = std::cbrt((top - reduced) / packet_size / 0.4);
  for (int i = 1; i <= 8; ++i) {
    network.run(begun + i * 500ms - network.now());
    auto const t = i * 0.5 - rise;
    auto const curve = 0.4 * t * t * t * packet_size + top;
    CAPTURE(i, curve, sender.controller().window());
    CHECK(static_cast<double>(sender.controller().window()) == Approx(curve).epsilon(0.02));
  }
  CHECK(sender.machine.statistics().packets_lost == 1);
}

TEST_CASE("reno adds a datagram each round trip", "[congestion][rfc9002]") {
  world network{path_of(100, 100ms, 100'000)};
  flow<new_reno> sender{network, 50ms};
  sender.send();
  REQUIRE(network.run_until([&] { return sender.controller().window() > 400 * packet_size; }));
  network.link.drop(1);
  REQUIRE(network.run_until([&] { return !sender.controller().in_slow_start(); }));
  network.run(300ms);
  auto const before = sender.controller().window();
  network.run(2s);
  CHECK(sender.controller().window() >= before + 18 * packet_size);
  CHECK(sender.controller().window() <= before + 21 * packet_size);
}

TEST_CASE("flows of one kind share a bottleneck evenly", "[congestion]") {
  world network{path_of(20, 40ms, 100'000)};
  flow<cubic> one{network, 20ms};
  flow<cubic> two{network, 20ms};
  one.send();
  network.run(3s);
  two.send();
  network.run(20s);
  auto const before = std::pair{one.received, two.received};
  network.run(40s);
  auto const first = one.megabits_since(before.first, 40s);
  auto const second = two.megabits_since(before.second, 40s);
  CHECK(first + second > 18);
  CHECK(first > 5);
  CHECK(second > 5);
}
