// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/bottleneck.hpp>
#include <quoin/sim/random.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("a datagram takes as long as its bits at the rate", "[sim]") {
  sim::bottleneck transmitter;
  sim::bottleneck_settings const settings{.bits_per_second = 3'000'000};
  CHECK(transmitter.transmit(settings, 1200, instant{1s}) == instant{1s + 3200us});
  CHECK(transmitter.transmit(settings, 600, instant{1s}) == instant{1s + 4800us});
  CHECK(transmitter.transmit(settings, 1200, instant{2s}) == instant{2s + 3200us});
}

TEST_CASE("headers cost time too", "[sim]") {
  sim::bottleneck transmitter;
  CHECK(transmitter.transmit({.bits_per_second = 8'000, .overhead = 28}, 72, instant{}) == instant{100ms});
}

TEST_CASE("without a rate a datagram takes no time and never waits", "[sim]") {
  sim::bottleneck transmitter;
  for (int i = 0; i < 1000; ++i)
    REQUIRE(transmitter.transmit({.queue_bytes = 1, .queue_datagrams = 1}, 65527, instant{1s}) == instant{1s});
}

TEST_CASE("a busy transmitter loses no part of a nanosecond", "[sim]") {
  // 1 byte at 7 bits a second: 8/7 of a second, not a whole number of nanoseconds.
  sim::bottleneck transmitter;
  for (std::uint64_t n = 1; n <= 700; ++n) {
    auto const exact = static_cast<duration::rep>(n * 8 * 1'000'000'000 / 7);
    REQUIRE(transmitter.transmit({.bits_per_second = 7}, 1, instant{}) == instant{duration{exact}});
  }
}

TEST_CASE("a queue in bytes takes what fits and drops the rest", "[sim]") {
  sim::bottleneck transmitter;
  sim::bottleneck_settings const settings{.bits_per_second = 8'000'000, .queue_bytes = 3000};
  CHECK(transmitter.transmit(settings, 1000, instant{}));
  CHECK(transmitter.transmit(settings, 1000, instant{}));
  CHECK_FALSE(transmitter.transmit(settings, 1001, instant{}));
  CHECK(transmitter.transmit(settings, 1000, instant{}));
  CHECK(transmitter.queued() == 3000);
  CHECK_FALSE(transmitter.transmit(settings, 1, instant{}));
  CHECK_FALSE(transmitter.transmit(settings, 1000, instant{1ms - 1ns}));
  CHECK(transmitter.transmit(settings, 1000, instant{1ms}) == instant{4ms});
}

TEST_CASE("a datagram larger than the whole queue is dropped", "[sim]") {
  sim::bottleneck transmitter;
  CHECK_FALSE(transmitter.transmit({.bits_per_second = 8, .queue_bytes = 99}, 100, instant{}));
}

TEST_CASE("a queue in datagrams counts those waiting and the one being transmitted", "[sim]") {
  sim::bottleneck transmitter;
  sim::bottleneck_settings const settings{.bits_per_second = 8'000'000, .queue_datagrams = 2};
  CHECK(transmitter.transmit(settings, 1000, instant{}));
  CHECK(transmitter.transmit(settings, 1, instant{}));
  CHECK_FALSE(transmitter.transmit(settings, 1, instant{}));
  CHECK(transmitter.transmit(settings, 1, instant{1ms}));
}

TEST_CASE("whatever is offered, no more than the rate gets through and no more than the queue waits", "[sim]") {
  sim::random chance{9};
  sim::bottleneck transmitter;
  sim::bottleneck_settings const settings{.bits_per_second = 10'000'000, .queue_bytes = 20'000};
  instant now{};
  instant last_done{};
  byte_count taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += duration{static_cast<duration::rep>(chance.below(1'000'000))};
    auto const size = 1 + chance.below(1452);
    auto const done = transmitter.transmit(settings, size, now);
    if (!done) continue;
    taken += size;
    REQUIRE(*done > now);
    REQUIRE(*done >= last_done);
    REQUIRE(*done - now <= 16ms);  // 20000 bytes at 10 Mbit/s
    REQUIRE(transmitter.queued() <= 20'000);
    last_done = *done;
  }
  CHECK(static_cast<double>(taken) * 8 <= 10e6 * std::chrono::duration<double>(last_done - instant{}).count() + 1);
}
