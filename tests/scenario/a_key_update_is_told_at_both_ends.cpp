// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <tuple>
#include <vector>

namespace {

struct update_watcher final : watcher {
  struct update {
    role side;
    std::uint64_t phase;
    bool remote;
    bool operator==(update const&) const = default;
  };
  std::vector<update> seen;
  std::vector<std::tuple<role, encryption_level, bool>> made;

  void on(role side, std::size_t, event::key_updated const& e) override {
    if (e.discarded) return;
    if (e.phase == 0) made.emplace_back(side, e.level, e.remote);
    if (e.phase != 0) seen.push_back({side, e.phase, e.remote});
  }
};

}  // namespace

TEST_CASE("a key update is told at both ends", "[scenario][rfc9001]") {
  update_watcher told;
  world w{{.watch = &told}};
  REQUIRE(w.establish());
  w.settle();
  CHECK(told.seen.empty());
  // What TLS gives is told of each direction.
  for (auto const side : {role::client, role::server})
    for (auto const level : {encryption_level::handshake, encryption_level::one_rtt})
      for (bool const remote : {false, true})
        CHECK(std::count(told.made.begin(), told.made.end(), std::tuple{side, level, remote}) == 1);

  // RFC 9001 6.2: who is told of an update follows it.
  REQUIRE(w.client().update_keys());
  w.client().ping();
  w.settle();
  CHECK(told.seen == std::vector<update_watcher::update>{{role::client, 1, false}, {role::server, 1, true}});
  told.seen.clear();
  w.server().ping();  // RFC 9001 6.1: it must have heard of something that it sent with these keys
  w.advance(5s);
  REQUIRE(w.server().update_keys());
  w.server().ping();
  w.settle();
  CHECK(told.seen == std::vector<update_watcher::update>{{role::server, 2, false}, {role::client, 2, true}});

  // One that both begin is nobody's to follow.
  told.seen.clear();
  w.client().ping();
  w.advance(5s);
  REQUIRE(w.client().update_keys());
  REQUIRE(w.server().update_keys());
  w.client().ping();
  w.server().ping();
  w.settle();
  CHECK(told.seen == std::vector<update_watcher::update>{{role::client, 3, false}, {role::server, 3, false}});
}
