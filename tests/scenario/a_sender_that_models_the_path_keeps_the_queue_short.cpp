// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

struct outcome {
  double megabits = 0;
  duration longest_round_trip{};
};

/// Ten megabits a second and a queue of a fifth of a second, after the first two seconds.
outcome bulk_transfer(flavour stack) {
  world_options options;
  options.stack = stack;
  options.one_way_delay = 20ms;
  options.link.bottleneck.bits_per_second = 10'000'000;
  options.link.bottleneck.queue_bytes = 250'000;
  world w{options};
  REQUIRE(w.establish());
  auto const id = w.start(w.client(), stream_direction::unidirectional, 20'000'000);
  w.advance(2s);
  auto const before = w.server().in[id.value()].bytes.size();
  auto const seen = w.metrics.size();
  w.advance(4s);
  outcome result;
  result.megabits = static_cast<double>(w.server().in[id.value()].bytes.size() - before) * 8 / 4e6;
  for (auto i = seen; i < w.metrics.size(); ++i)
    if (w.metrics[i].side == role::client)
      result.longest_round_trip = std::max(result.longest_round_trip, w.metrics[i].values.latest_rtt);
  return result;
}

}  // namespace

TEST_CASE("a sender that models the path keeps the queue short", "[scenario]") {
  auto const waiting = bulk_transfer(flavour::strict);
  CHECK(waiting.megabits > 9);
  CHECK(waiting.longest_round_trip > 120ms);
  auto const modelling = bulk_transfer(flavour::modelling);
  CHECK(modelling.megabits > 9);
  CHECK(modelling.longest_round_trip < 90ms);  // twice the round trip, at the end of a probe
}
