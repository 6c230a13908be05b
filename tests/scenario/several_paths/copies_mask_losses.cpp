// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

TEST_CASE("what one path loses another has brought", "[scenario][multipath]") {
  two_paths_options options;
  options.second.delay = 15ms;
  two_paths<path_schedule::redundant> both{options};
  REQUIRE(both.open_second());
  both.lab.advance(200ms);
  // Everything that leaves on the first path from now on is lost, and still nothing has to be waited for.
  both.lab.uplink().black_out(both.lab.now(), both.lab.now() + 500ms);
  auto const took = both.transfer(role::client, 4'000);
  REQUIRE(took);
  CHECK(*took == 15ms);

  // Without copies it takes a probe timeout at least.
  two_paths<path_schedule::min_rtt> single{options};
  REQUIRE(single.open_second());
  single.lab.advance(200ms);
  single.lab.uplink().black_out(single.lab.now(), single.lab.now() + 500ms);
  auto const took_longer = single.transfer(role::client, 4'000);
  REQUIRE(took_longer);
  CHECK(*took_longer > 35ms);
}

TEST_CASE("copies deliver everything once, on lossy paths too", "[scenario][multipath]") {
  two_paths_options options;
  options.first.loss.probability = options.second.loss.probability = 0.1;
  options.second.delay = 17ms;
  two_paths<path_schedule::redundant> both{options};
  REQUIRE(both.open_second());
  for (auto const sender : {role::client, role::server})
    for (int i = 0; i < 10; ++i) REQUIRE(both.transfer(sender, 100'000));
  CHECK(both.facts(role::client, 1).sent.bytes_sent > 300'000);
  // A datagram of the application's never comes twice.
  auto ours = both.lab.client().template extension<datagram>();
  std::vector<std::uint8_t> const bytes(100, 7);
  std::size_t arrived = 0;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(ours.send(bytes));
    both.lab.advance(50ms);
    auto theirs = both.lab.server().template extension<datagram>();
    while (theirs.peek()) {
      theirs.pop();
      ++arrived;
    }
  }
  CHECK(arrived <= 50);
  CHECK(arrived > 30);
}

TEST_CASE("copies for an address that is not proven are three times as many bytes as came from there, at most",
          "[scenario][multipath]") {
  two_paths_options options;
  options.server.discover_mtu = false;  // or a copy from a wider path has no room on a new one
  two_paths<path_schedule::redundant> both{options};
  REQUIRE(both.open_second());
  // The server hears a little from a new address, and then nothing, not even an answer to its challenge.
  both.lab.network().rebind(both.other_address(), socket_address::v4(203, 0, 113, 5, 4242));
  auto const silent_from = both.lab.now() + 19ms;
  std::size_t came = 0;
  std::size_t went = 0;
  both.second_uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (both.lab.now() >= silent_from) return {.drop = true};
    came += d.bytes.size();
    return {};
  });
  both.second_downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    if (d.path.remote != both.other_address()) went += d.bytes.size();
    return {};
  });
  for (int i = 0; i < 2; ++i) REQUIRE(both.transfer(role::client, 1'000));
  REQUIRE(both.facts(role::server, 1).addresses.remote != both.other_address());
  REQUIRE(both.transfer(role::server, 50'000));
  CHECK(came > 2'000);
  CHECK(went > came);
  CHECK(went <= limits::amplification_factor * came);
}
