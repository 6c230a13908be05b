// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

std::size_t count_frames(two_paths<>& both, role self, std::uint64_t type) {
  std::size_t found = 0;
  for (auto const& packet : *both.packets)
    if (packet.self == self)
      for (auto const& frame : frames_of(packet)) found += frame.type == type ? 1U : 0U;
  return found;
}

auto open(two_paths<>& both) {
  return both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now());
}

}  // namespace

TEST_CASE("without agreement there is one path, and nothing of several on the wire", "[scenario][multipath]") {
  for (auto const& [ours, theirs] : {std::pair{0U, 2U}, std::pair{2U, 0U}, std::pair{0U, 0U}}) {
    two_paths_options options;
    options.client_paths = ours;
    options.server_paths = theirs;
    two_paths<> both{options};
    REQUIRE(both.lab.establish());
    both.lab.advance(100ms);
    CHECK_FALSE(both.paths(role::client).agreed());
    CHECK(open(both).error() == path_errc::no_multipath);
    CHECK(both.paths(role::client).set_backup(0, true).error() == path_errc::no_multipath);
    REQUIRE(both.transfer(role::client, 100'000));
    for (auto const& packet : *both.packets)
      for (auto const& frame : frames_of(packet)) CHECK((frame.type == 2 || frame.type == 8));
  }
}

TEST_CASE("only the client opens paths, as many as both ends have agreed on", "[scenario][multipath]") {
  two_paths_options options;
  options.client_paths = 2;
  options.server_paths = 1;
  two_paths<> both{options};
  REQUIRE(both.lab.connect().self() == role::client);
  CHECK(open(both).error() == path_errc::not_confirmed);
  REQUIRE(both.lab.run_until([&] { return both.lab.client().confirmed(); }));
  both.lab.advance(100ms);
  CHECK(both.paths(role::server).open_path(both.lab.server_address(), both.other_address(), both.lab.now()).error() ==
        path_errc::server);
  REQUIRE(open(both));
  // The server allows one. It is told that we would like another.
  CHECK(open(both).error() == path_errc::too_many);
  both.lab.advance(500ms);
  CHECK(count_frames(both, role::client, wire::paths_blocked_frame::first_type) == 1);
  CHECK_FALSE(both.lab.server().closing());
  CHECK(both.facts(role::client, 1).standing == path_standing::open);

  // When the first is done with, there may be another.
  REQUIRE(both.paths(role::server).abandon_path(1, both.lab.now()));
  both.lab.advance(2s);
  CHECK(count_frames(both, role::server, wire::max_path_id_frame::first_type) >= 1);
  auto const next = open(both);
  REQUIRE(next);
  CHECK(*next == 2);
}

TEST_CASE("a client that has no connection ID for a path says so", "[scenario][multipath]") {
  two_paths<> both;
  // The server's IDs for other paths come late.
  REQUIRE(both.lab.connect().self() == role::client);
  REQUIRE(both.lab.run_until([&] { return both.lab.client().connected(); }));
  both.lab.downlink().on_each(
      [&](sim::datagram& d, std::uint64_t) { return sim::verdict{.drop = d.bytes.size() > 150}; });
  REQUIRE(both.lab.run_until([&] { return both.lab.client().confirmed(); }, 10s));
  auto const refused = open(both);
  if (!refused) {
    CHECK(refused.error() == path_errc::no_connection_id);
    both.lab.downlink().on_each({});
    both.lab.advance(2s);
    CHECK(count_frames(both, role::client, wire::path_cids_blocked_frame::first_type) >= 1);
    CHECK_FALSE(both.lab.server().closing());
  }
  both.lab.downlink().on_each({});
  both.lab.advance(5s);
  CHECK(open(both));
}

TEST_CASE("a server that forbids migration is not talked to on other paths", "[scenario][multipath]") {
  two_paths_options options;
  options.server.disable_active_migration = true;
  two_paths<> both{options};
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  CHECK(open(both).error() == path_errc::forbidden);
}

TEST_CASE("each path ID has connection IDs of its own, issued before it is used", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  both.lab.advance(100ms);
  for (auto const self : {role::client, role::server}) {
    std::map<std::uint64_t, std::set<std::uint64_t>> issued;
    for (auto const& packet : *both.packets)
      if (packet.self == self)
        for (auto const& frame : frames_of(packet))
          if (frame.type == wire::path_new_connection_id_frame::first_type) issued[frame.path].insert(frame.value);
    CHECK(issued[1] == std::set<std::uint64_t>{0, 1});
    CHECK(issued[2] == std::set<std::uint64_t>{0, 1});
    CHECK_FALSE(issued.contains(3));
  }
}

TEST_CASE("acknowledgements name the path whose packets they are about", "[scenario][multipath]") {
  two_paths<path_schedule::min_rtt> both;
  REQUIRE(both.open_second());
  auto const settled = both.lab.now();
  REQUIRE(both.transfer(role::client, 300'000));
  std::set<std::uint64_t> named;
  for (auto const& packet : *both.packets)
    for (auto const& frame : frames_of(packet)) {
      if (packet.at > settled) CHECK(frame.type != 2);
      if (frame.type == wire::path_ack_frame::first_type) named.insert(frame.path);
    }
  CHECK(named == std::set<std::uint64_t>{0, 1});
}
