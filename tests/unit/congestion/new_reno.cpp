// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/new_reno.hpp>

#include "events.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("the initial window is ten datagrams within 14720 bytes", "[congestion][rfc9002]") {
  CHECK(new_reno{path(1200)}.window() == 12'000);
  CHECK(new_reno{path(1452)}.window() == 14'520);
  CHECK(new_reno{path(1500)}.window() == 14'720);
  CHECK(new_reno{path(9000)}.window() == 18'000);
}

TEST_CASE("slow start grows by what was acknowledged", "[congestion][rfc9002]") {
  new_reno reno{path()};
  CHECK(reno.in_slow_start());
  reno.on_acked(acked(0ms, 5000));
  CHECK(reno.window() == 17'000);
}

TEST_CASE("loss halves the window and ends slow start", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_acked(acked(0ms, 8000));
  reno.on_lost(lost(10ms, 5ms));
  CHECK(reno.window() == 10'000);
  CHECK(reno.slow_start_threshold() == 10'000);
  CHECK_FALSE(reno.in_slow_start());
}

TEST_CASE("a mark is as good as a loss", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_marked(marked(10ms, 5ms));
  CHECK(reno.window() == 6000);
}

TEST_CASE("losses of packets sent before the reaction change nothing", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_lost(lost(10ms, 5ms));
  reno.on_lost(lost(20ms, 10ms));
  reno.on_marked(marked(20ms, 10ms));
  CHECK(reno.window() == 6000);
  reno.on_lost(lost(30ms, 11ms));
  CHECK(reno.window() == 3000);
}

TEST_CASE("the window does not grow for packets sent before the reaction", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_lost(lost(10ms, 5ms));
  reno.on_acked(acked(60ms, 6000));  // sent 40 ms before
  CHECK(reno.window() == 6000);
  reno.on_acked(acked(120ms, 6000));
  CHECK(reno.window() == 7200);
}

TEST_CASE("congestion avoidance adds a datagram for each window", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_lost(lost(10ms, 5ms));
  for (int i = 0; i < 4; ++i) reno.on_acked(acked(200ms, 1200));
  CHECK(reno.window() == 6000);
  reno.on_acked(acked(200ms, 1200));
  CHECK(reno.window() == 7200);
  for (int i = 0; i < 5; ++i) reno.on_acked(acked(200ms, 1200));
  CHECK(reno.window() == 7200);
  reno.on_acked(acked(200ms, 1200));
  CHECK(reno.window() == 8400);
}

TEST_CASE("a window that is not used does not grow", "[congestion][rfc9002]") {
  new_reno reno{path()};
  auto idle = acked(0ms, 1200);
  idle.application_limited = true;
  reno.on_acked(idle);
  CHECK(reno.window() == 12'000);
  reno.on_lost(lost(10ms, 5ms));
  for (int i = 0; i < 100; ++i) {
    idle = acked(200ms, 1200);
    idle.application_limited = true;
    reno.on_acked(idle);
  }
  CHECK(reno.window() == 6000);
}

TEST_CASE("the window stays at two datagrams or more", "[congestion][rfc9002]") {
  new_reno reno{path()};
  for (int i = 1; i < 20; ++i) reno.on_lost(lost(duration{10ms} * i, duration{10ms} * i - 1ms));
  CHECK(reno.window() == 2400);
}

TEST_CASE("persistent congestion falls to the minimum and slow start begins again", "[congestion][rfc9002]") {
  new_reno reno{path()};
  reno.on_acked(acked(0ms, 12'000));
  reno.on_lost(lost(10ms, 5ms, true));
  CHECK(reno.window() == 2400);
  CHECK(reno.slow_start_threshold() == 12'000);
  CHECK(reno.in_slow_start());
  // The recovery period is over at once.
  reno.on_acked(acked(20ms, 1200));
  CHECK(reno.window() == 3600);
}

TEST_CASE("a new datagram size recomputes a window that nothing happened to", "[congestion][rfc9002]") {
  new_reno reno{path(1200)};
  reno.on_datagram_size(1452);
  CHECK(reno.window() == 14'520);
  reno.on_acked(acked(0ms, 1000));
  reno.on_datagram_size(1200);
  CHECK(reno.window() == 15'520);
  for (int i = 1; i < 20; ++i) reno.on_lost(lost(duration{10ms} * i, duration{10ms} * i - 1ms));
  reno.on_datagram_size(1500);
  CHECK(reno.window() == 3000);
}

TEST_CASE("the window has an upper end", "[congestion]") {
  new_reno reno{path()};
  for (int i = 0; i < 100; ++i) reno.on_acked(acked(0ms, byte_count{1} << 39));
  CHECK(reno.window() == largest_window);
}
