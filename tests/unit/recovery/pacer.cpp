// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/new_reno.hpp>

#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("without a rate everything passes", "[recovery][rfc9002]") {
  pacer p{1200};
  p.on_sent(1'000'000, at(0ms));
  CHECK(p.next_send_time(1'000'000, at(0ms)) == at(0ms));
  CHECK(p.budget(at(0ms)) > 1'000'000'000);
}

TEST_CASE("a burst of ten datagrams passes, the eleventh waits its turn", "[recovery][rfc9002]") {
  pacer p{1200};
  p.set_rate(1'200'000);  // a datagram a millisecond
  CHECK(p.budget(at(0ms)) == 12'000);
  for (int i = 0; i < 10; ++i) {
    REQUIRE(p.next_send_time(1200, at(0ms)) == at(0ms));
    p.on_sent(1200, at(0ms));
  }
  CHECK(p.budget(at(0ms)) == 0);
  auto const next = p.next_send_time(1200, at(0ms));
  CHECK(next >= at(1ms));
  CHECK(next < at(1001us));
  CHECK(p.next_send_time(1200, next) == next);
}

TEST_CASE("over a long time the rate is kept", "[recovery][rfc9002]") {
  pacer p{1200};
  p.set_rate(10'000'000);
  auto now = at(0ms);
  byte_count sent = 0;
  while (now < at(1s)) {
    now = std::max(now, p.next_send_time(1200, now));
    p.on_sent(1200, now);
    sent += 1200;
  }
  CHECK(sent > 9'900'000);
  CHECK(sent < 10'100'000);
}

TEST_CASE("silence earns no more than one burst", "[recovery][rfc9002]") {
  pacer p{1200};
  p.set_rate(1'200'000);
  p.on_sent(12'000, at(0ms));
  CHECK(p.budget(at(10s)) == 12'000);
}

TEST_CASE("a fast path takes whole batches, and a cap holds", "[recovery][rfc9002]") {
  pacer p{1452};
  p.set_rate(125'000'000);  // 1 Gbit/s
  CHECK(p.depth() == 125'000);
  CHECK(p.quantum() == 62'500);
  CHECK(p.next_send_time(65'536, at(0ms)) == at(0ms));
  p.set_rate(~byte_count{0});
  CHECK(p.depth() == usual_burst::deepest);
  CHECK(p.quantum() == usual_burst::largest_quantum);
}

TEST_CASE("a burst larger than the bucket waits for a full bucket, not for ever", "[recovery][rfc9002]") {
  pacer p{1200};
  p.set_rate(1'200'000);
  p.on_sent(12'000, at(0ms));
  auto const next = p.next_send_time(1'000'000, at(0ms));
  CHECK(next >= at(10ms));
  CHECK(next <= at(10001us));
}

TEST_CASE("probes put the bucket into debt, but not without end", "[recovery][rfc9002]") {
  pacer p{1200};
  p.set_rate(1'200'000);
  for (int i = 0; i < 1000; ++i) p.on_sent(1200, at(0ms));
  CHECK(p.next_send_time(1200, at(0ms)) <= at(12ms));
}

TEST_CASE("recovery paces at twice the window a round trip in slow start and 1.25 after", "[recovery][rfc9002]") {
  basic_rig<new_reno> r;
  CHECK(r.machine.next_send_time(100'000, at(0ms)) == at(0ms));
  for (int i = 0; i < 5; ++i) r.send(0ms);
  r.machine.set_application_limited(true);
  REQUIRE(r.receive(100ms, {{0, 0}}));
  // 12000 bytes a window and 100 ms a round trip: 240000 bytes a second.
  while (r.machine.pacing_budget(at(100ms)) >= 1200) r.send(100ms);
  auto const slow_start = r.machine.next_send_time(1200, at(100ms));
  CHECK(slow_start > at(104ms));
  CHECK(slow_start < at(106ms));
  REQUIRE(r.receive(100ms, {{4, 4}, {0, 0}}));  // 1 is lost, the window is 6000: 75000 bytes a second
  auto const avoidance = r.machine.next_send_time(1200, at(100ms));
  CHECK(avoidance > at(115ms));
  CHECK(avoidance < at(117ms));
}
