// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

struct tally {
  std::size_t acknowledgements = 0;
  duration taken{};
};

tally transfer_asking(bool ask) {
  world w{{.one_way_delay = 20ms, .ack_frequency = {.ask = ask}}};
  // Single packets, as a slow link delivers them: a train is acknowledged once anyway.
  w.uplink().settings.bottleneck.bits_per_second = 50'000'000;
  w.uplink().settings.bottleneck.queue_bytes = 500'000;
  if (!w.establish()) return {};
  auto const begin = w.now();
  if (!w.transfer(role::client, 3'000'000)) return {};
  auto const taken = w.now() - begin;
  return {w.sent_with(role::server, frame_type::ack).size(), taken};
}

}  // namespace

TEST_CASE("a large window is acknowledged less often when the sender asks", "[scenario]") {
  auto const usual = transfer_asking(false);
  auto const asking = transfer_asking(true);
  REQUIRE(usual.acknowledgements > 500);
  CHECK(asking.acknowledgements < usual.acknowledgements / 3);
  CHECK(asking.taken < usual.taken * 11 / 10);
}
