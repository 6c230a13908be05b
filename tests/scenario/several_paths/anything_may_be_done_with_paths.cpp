// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

#include <random>

using namespace quoin;
using namespace quoin::scenario;

namespace {

sim::link_settings rough_link(std::mt19937_64& random) {
  sim::link_settings link;
  link.delay = std::chrono::milliseconds{1 + random() % 60};
  link.jitter = std::chrono::milliseconds{random() % 10};
  link.loss.probability = static_cast<double>(random() % 8) / 100;
  link.reordering = static_cast<double>(random() % 10) / 100;
  link.reordering_delay = std::chrono::milliseconds{random() % 30};
  link.duplication = static_cast<double>(random() % 5) / 100;
  link.corruption = static_cast<double>(random() % 3) / 100;
  if (random() % 2 == 0)
    link.bottleneck = {.bits_per_second = 5'000'000 + random() % 20'000'000, .queue_bytes = 40'000};
  return link;
}

/// One random call of a random end; what is refused is refused.
template <class Lab>
void do_something(Lab& both, std::mt19937_64& random) {
  auto const self = random() % 2 == 0 ? role::client : role::server;
  auto ours = both.paths(self);
  auto const list = ours.paths();
  auto const path = list[random() % list.size()].id;
  switch (random() % 8) {
    case 0:
    case 1: {
      auto const local = random() % 3 == 0 ? both.lab.client_address() : both.other_address();
      static_cast<void>(both.paths(role::client).open_path(local, both.lab.server_address(), both.lab.now()));
      break;
    }
    case 2:
      // Both ends at once might leave no path.
      if (self == role::client && list.size() > 2) static_cast<void>(ours.abandon_path(path, both.lab.now()));
      break;
    case 3: static_cast<void>(ours.set_backup(path, random() % 2 == 0)); break;
    case 4: both.connection_of(self).update_keys(both.lab.now()); break;
    case 5: both.connection_of(self).rotate_connection_id(); break;
    case 6:
      both.lab.network().rebind(both.other_address(),
                                socket_address::v4(198, 51, 100, 7, static_cast<std::uint16_t>(1 + random() % 9'999)));
      break;
    default: both.connection_of(self).ping(); break;
  }
}

/// Returns how many paths were opened and closed.
template <class Scheduler>
std::size_t play(std::uint64_t seed) {
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  two_paths_options options;
  options.first = rough_link(random);
  options.second = rough_link(random);
  options.client_paths = 1 + static_cast<std::uint32_t>(random() % 4);
  options.server_paths = 1 + static_cast<std::uint32_t>(random() % 4);
  options.tap = false;
  two_paths<Scheduler> both{options};
  REQUIRE(both.lab.establish());
  for (auto const sender : {role::client, role::server}) {
    both.begin(sender, 300'000);
    for (int turn = 0; turn < 400 && !both.complete(sender); ++turn) {
      do_something(both, random);
      both.lab.advance(std::chrono::milliseconds{1 + random() % 100});
    }
    CHECK(both.lab.run_until([&] { return both.complete(sender); }, 60s));
  }
  for (auto const self : {role::client, role::server}) {
    auto const& why = both.lab.ended(self);
    CAPTURE(why ? why->reason : "");
    CHECK_FALSE(why);
    CHECK(both.paths(self).paths().size() <= 9);
  }
  return both.lab.count(role::client, connection_event::kind::path_opened) +
         both.lab.count(role::client, connection_event::kind::path_closed);
}

}  // namespace

TEST_CASE("whatever is done with paths, everything arrives", "[scenario][multipath]") {
  std::size_t changes = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    changes += play<path_schedule::min_rtt>(seed);
    changes += play<path_schedule::round_robin>(1'000 + seed);
    changes += play<path_schedule::redundant>(2'000 + seed);
  }
  CHECK(changes > 200);
}
