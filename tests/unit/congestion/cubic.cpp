// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/cubic.hpp>

#include "events.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace quoin;
using namespace quoin::test;
using Catch::Approx;

namespace {

/// A controller whose window is `datagrams` of 1000 bytes just before it loses something at 0 ms.
cubic grown_to(byte_count datagrams) {
  cubic controller{path(1000)};
  controller.on_acked(acked(-1s, datagrams * 1000 - controller.window()));
  REQUIRE(controller.window() == datagrams * 1000);
  return controller;
}

/// Acknowledges a window each round trip until `end`.
void run(cubic& controller, duration begin, duration end, duration rtt = 100ms) {
  for (auto now = begin; now <= end; now += rtt) {
    auto left = controller.window();
    while (left > 0) {
      auto const bytes = std::min(left, byte_count{2000});
      controller.on_acked(acked(now, bytes, rtt - 1ms));
      left -= bytes;
    }
  }
}

}  // namespace

TEST_CASE("the curve is that of RFC 9438", "[congestion][rfc9438]") {
  avoidance::cubic_curve curve;
  curve.end(1'000'000);
  curve.begin(at(0ms), 700'000, 1000);
  // K = cbrt((1000 - 700) / 0.4) seconds
  CHECK(curve.rise() == Approx(std::cbrt(750.0)));
  CHECK(curve.at(at(0ms), 1000) == Approx(700'000));
  CHECK(curve.at(at(duration{static_cast<duration::rep>(curve.rise() * 1e9)}), 1000) == Approx(1'000'000));
  CHECK(curve.at(at(10s), 1000) == Approx(0.4 * std::pow(10 - std::cbrt(750.0), 3) * 1000 + 1'000'000));
  CHECK(std::isfinite(curve.at(never, 1000)));
}

TEST_CASE("congestion that comes sooner leaves room for others", "[congestion][rfc9438]") {
  avoidance::cubic_curve curve;
  curve.end(1000);
  CHECK(curve.maximum() == 1000);
  curve.end(900);
  CHECK(curve.maximum() == Approx(765));
  curve.end(800);
  CHECK(curve.maximum() == 800);
}

TEST_CASE("slow start grows by what was acknowledged, congestion leaves 0.7", "[congestion][rfc9438]") {
  cubic controller{path()};
  CHECK(controller.window() == 12'000);
  CHECK(controller.in_slow_start());
  controller.on_acked(acked(0ms, 8000));
  CHECK(controller.window() == 20'000);
  controller.on_lost(lost(10ms, 5ms));
  CHECK(controller.window() == 14'000);
  CHECK_FALSE(controller.in_slow_start());
  controller.on_lost(lost(20ms, 10ms));
  controller.on_marked(marked(20ms, 10ms));
  CHECK(controller.window() == 14'000);
  controller.on_marked(marked(30ms, 11ms));
  CHECK(controller.window() == 9800);
}

TEST_CASE("the window returns to its plateau after K and grows beyond", "[congestion][rfc9438]") {
  auto controller = grown_to(1000);
  controller.on_lost(lost(0ms, -1ms));
  REQUIRE(controller.window() == 700'000);
  auto const rise = std::cbrt(750.0);  // 9.09 s
  run(controller, 200ms, 4500ms);
  CHECK(controller.window() > 900'000);  // concave: most of the way in half the time
  CHECK(controller.window() < 1'000'000);
  run(controller, 4600ms, duration{static_cast<duration::rep>(rise * 1e9)} + 300ms);
  CHECK(static_cast<double>(controller.window()) == Approx(1'000'000).epsilon(0.01));
  auto const plateau = controller.window();
  run(controller, 9600ms, 15s);
  CHECK(controller.window() > plateau + 50'000);
}

TEST_CASE("a small window grows as Reno would", "[congestion][rfc9438]") {
  cubic controller{path(1000)};
  controller.on_lost(lost(0ms, -1ms));
  REQUIRE(controller.window() == 7000);
  // alpha = 3 * 0.3 / 1.7 = 0.529 datagrams a round trip; C alone would give far less.
  run(controller, 20ms, 60ms, 10ms);
  CHECK(controller.window() > 7000 + 5 * 500);
  CHECK(controller.window() <= 7000 + 5 * 530);
  // Above the old window it is one, as Reno's.
  run(controller, 70ms, 80ms, 10ms);
  auto const before = controller.window();
  REQUIRE(before > 10'000);
  run(controller, 90ms, 130ms, 10ms);
  CHECK(controller.window() > before + 5 * 930);
  CHECK(controller.window() <= before + 5 * 1000);
}

TEST_CASE("time in which the window was not used does not raise the curve", "[congestion][rfc9438]") {
  auto one_round_after = [](bool pause, bool limited) {
    auto controller = grown_to(1000);
    controller.on_lost(lost(0ms, -1ms));
    run(controller, 200ms, 1s);
    auto const offset = pause ? duration{60s} : duration{0};
    if (pause && limited) {
      auto event = acked(2s, 1000);
      event.application_limited = true;
      controller.on_acked(event);
    } else if (pause) {
      auto last = acked(1s, 0);
      last.bytes_in_flight = 0;
      controller.on_acked(last);
      controller.on_sent({at(1s + offset), 0, 1000, 1000});
    }
    auto const before = controller.window();
    run(controller, 1100ms + offset, 1100ms + offset);
    return controller.window() - before;
  };
  auto const usual = one_round_after(false, false);
  CHECK(usual > 0);
  CHECK(one_round_after(true, true) <= usual);
  CHECK(one_round_after(true, false) <= usual + usual / 10);
}

TEST_CASE("a window that is not used does not grow under CUBIC", "[congestion][rfc9438]") {
  auto controller = grown_to(100);
  controller.on_lost(lost(0ms, -1ms));
  for (int i = 0; i < 100; ++i) {
    auto event = acked(duration{1s} + duration{100ms} * i, 10'000);
    event.application_limited = true;
    controller.on_acked(event);
  }
  CHECK(controller.window() == 70'000);
}

TEST_CASE("after persistent congestion the curve begins at its plateau", "[congestion][rfc9438]") {
  auto controller = grown_to(100);
  controller.on_lost(lost(0ms, -1ms, true));
  CHECK(controller.window() == 2000);
  CHECK(controller.in_slow_start());
  controller.on_acked(acked(200ms, 2000));
  CHECK(controller.window() == 4000);
  controller.on_acked(acked(300ms, 66'000));
  CHECK_FALSE(controller.in_slow_start());
  auto const begun = controller.window();
  run(controller, 400ms, 500ms);
  CHECK(controller.window() < begun + 3000);
}

TEST_CASE("slow start that ends without loss goes on flat", "[congestion][rfc9438][rfc9406]") {
  cubic controller{path(1000)};
  packet_number next = 0;
  auto round = [&](duration rtt) {
    for (int i = 0; i < 10; ++i) {
      auto event = acked(0ms, 1000, rtt);
      event.largest = next++;
      event.next_to_send = next + (i == 9 ? 10 : 0) + packet_number(9 - i);
      controller.on_acked(event);
    }
  };
  for (auto const rtt : {50ms, 50ms, 100ms, 100ms, 100ms, 100ms}) round(rtt);
  CHECK(controller.in_slow_start());
  CHECK(controller.slow_start_part().current() == slow_start::hystart_pp::phase::cautious);
  round(100ms);
  CHECK_FALSE(controller.in_slow_start());
  auto const begun = controller.window();
  round(100ms);
  CHECK(controller.window() >= begun);
  CHECK(controller.window() <= begun + 1000);
}

TEST_CASE("CUBIC stays between two datagrams and the upper end", "[congestion][rfc9438]") {
  cubic controller{path()};
  for (int i = 1; i < 50; ++i) controller.on_lost(lost(duration{10ms} * i, duration{10ms} * i - 1ms));
  CHECK(controller.window() == 2400);
  cubic other{path()};
  for (int i = 0; i < 100; ++i) other.on_acked(acked(0ms, byte_count{1} << 39));
  CHECK(other.window() == largest_window);
  other.on_lost(lost(10ms, 5ms));
  for (int i = 1; i < 100; ++i) other.on_acked(acked(duration{1h} * i, byte_count{1} << 39));
  CHECK(other.window() <= largest_window);
}
