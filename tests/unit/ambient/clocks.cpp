// SPDX-License-Identifier: BSL-1.0
#include <quoin/ambient/manual_clock.hpp>
#include <quoin/ambient/steady_clock.hpp>

#include <conformance/clock.hpp>

#include <thread>

using namespace std::chrono_literals;

TEST_CASE("the steady clock is a clock, and it runs", "[ambient]") {
  quoin::steady_clock const clock;
  quoin::conformance::check_clock(clock);
  auto const before = clock.now();
  std::this_thread::sleep_for(2ms);
  CHECK(clock.now() - before >= 2ms);
}

TEST_CASE("the manual clock is a clock, and it stands still until it is moved", "[ambient]") {
  quoin::manual_clock clock;
  quoin::conformance::check_clock(clock);
  CHECK(clock.now() == quoin::instant{});
  clock.advance(3s);
  CHECK(clock.now() == quoin::instant{3s});
  clock.set(quoin::instant{3s});
  clock.set(quoin::instant{10s});
  CHECK(clock.now() == quoin::instant{10s});
}

TEST_CASE("the manual clock stops at never", "[ambient]") {
  quoin::manual_clock clock{quoin::instant{1s}};
  clock.advance(quoin::duration::max());
  CHECK(clock.now() == quoin::never);
}
