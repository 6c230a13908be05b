// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/slow_start.hpp>

#include "events.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

using hystart = slow_start::hystart_pp;
using phase = hystart::phase;

namespace {

/// One round of `samples` acknowledgements of 1200 bytes with the same round trip; returns what it grew by.
struct rounds {
  hystart part;
  packet_number next = 0;

  byte_count run(duration rtt, unsigned samples = 10) {
    byte_count grown = 0;
    auto const next_round = next + samples;
    for (unsigned i = 0; i < samples; ++i) {
      auto event = acked(0ms, 1200, rtt);
      event.largest = next++;
      event.next_to_send = next_round + samples;
      // The round ends with its last packet.
      if (i + 1 < samples) event.next_to_send = next_round;
      grown += part.growth(event);
    }
    return grown;
  }
};

}  // namespace

TEST_CASE("slow start goes on while the round trip stays", "[congestion][rfc9406]") {
  rounds r;
  for (int i = 0; i < 20; ++i) CHECK(r.run(100ms) == 12'000);
  CHECK(r.part.current() == phase::slow_start);
  CHECK_FALSE(r.part.finished());
}

TEST_CASE("a rise by an eighth brings caution, a smaller one does not", "[congestion][rfc9406]") {
  rounds r;
  r.run(100ms);
  r.run(100ms);
  r.run(112ms);
  CHECK(r.part.current() == phase::slow_start);
  r.run(100ms);
  r.run(100ms);
  r.run(113ms);
  CHECK(r.part.current() == phase::cautious);
}

TEST_CASE("the threshold is 4 ms at least and 16 ms at most", "[congestion][rfc9406]") {
  auto cautious_after = [](duration before, duration after) {
    rounds r;
    r.run(before);
    r.run(before);
    r.run(after);
    return r.part.current() == phase::cautious;
  };
  CHECK_FALSE(cautious_after(1ms, 4ms));
  CHECK(cautious_after(1ms, 5ms));
  CHECK_FALSE(cautious_after(400ms, 415ms));
  CHECK(cautious_after(400ms, 416ms));
}

TEST_CASE("fewer than eight samples prove nothing", "[congestion][rfc9406]") {
  rounds r;
  r.run(100ms, 7);
  r.run(100ms, 7);
  r.run(300ms, 7);
  CHECK(r.part.current() == phase::slow_start);
}

TEST_CASE("caution grows a quarter as fast and ends slow start after five rounds", "[congestion][rfc9406]") {
  rounds r;
  r.run(100ms);
  r.run(100ms);
  r.run(200ms);  // counts as the first of the five
  REQUIRE(r.part.current() == phase::cautious);
  for (int i = 0; i < 3; ++i) {
    CHECK(r.run(200ms) == 3000);
    CHECK_FALSE(r.part.finished());
  }
  r.run(200ms);
  CHECK(r.part.finished());
}

TEST_CASE("caution ends when the round trip falls again", "[congestion][rfc9406]") {
  rounds r;
  r.run(100ms);
  r.run(100ms);
  r.run(200ms);
  REQUIRE(r.part.current() == phase::cautious);
  r.run(199ms);
  CHECK(r.part.current() == phase::slow_start);
  CHECK(r.run(199ms) == 12'000);
}

TEST_CASE("after congestion slow start is plain", "[congestion][rfc9406]") {
  rounds r;
  r.part.on_congestion();
  for (auto const rtt : {100ms, 100ms, 500ms, 900ms}) CHECK(r.run(rtt) == 12'000);
  CHECK_FALSE(r.part.finished());
}
