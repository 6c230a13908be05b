// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// Bytes of stream data that `self` sent on the path whose packets have this name.
std::uint64_t stream_bytes(two_paths<>& both, role self, path_id name) {
  std::uint64_t sum = 0;
  for (auto const& packet : *both.packets)
    if (packet.self == self && packet.name == name)
      for (auto const& frame : frames_of(packet)) sum += frame.type == 8 ? frame.value : 0;
  return sum;
}

}  // namespace

TEST_CASE("a backup is used only when no other path works", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).set_backup(1, true));
  both.lab.advance(100ms);
  CHECK(both.facts(role::server, 1).peer_backup);
  // Both ends keep to it.
  REQUIRE(both.transfer(role::client, 500'000));
  REQUIRE(both.transfer(role::server, 500'000));
  CHECK(stream_bytes(both, role::client, 1) == 0);
  CHECK(stream_bytes(both, role::server, 1) == 0);

  both.begin(role::server, 500'000);
  both.lab.advance(20ms);
  both.lab.uplink().black_out(both.lab.now(), never);
  both.lab.downlink().black_out(both.lab.now(), never);
  REQUIRE(both.lab.run_until([&] { return both.complete(role::server); }, 5s));
  CHECK(stream_bytes(both, role::server, 1) > 100'000);
}

TEST_CASE("a preference may be taken back, and the newest counts", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::server).set_backup(1, true));
  both.lab.advance(100ms);
  CHECK(both.facts(role::client, 1).peer_backup);
  REQUIRE(both.paths(role::server).set_backup(1, false));
  both.lab.advance(100ms);
  CHECK_FALSE(both.facts(role::client, 1).peer_backup);
  REQUIRE(both.transfer(role::client, 2'000'000));
  CHECK(stream_bytes(both, role::client, 1) > 0);

  // Lost, it is said again; of two, only the newer.
  both.lab.uplink().drop_next(1);
  REQUIRE(both.paths(role::client).set_backup(1, true));
  both.lab.serve();
  REQUIRE(both.paths(role::client).set_backup(1, false));
  REQUIRE(both.paths(role::client).set_backup(1, true));
  both.lab.advance(2s);
  CHECK(both.facts(role::server, 1).peer_backup);
}

TEST_CASE("a preference may be told before its path is opened", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.lab.establish());
  REQUIRE(both.paths(role::client).set_backup(1, true));
  both.lab.advance(100ms);
  REQUIRE(both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now()));
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::open; }, 5s));
  CHECK(both.facts(role::server, 1).peer_backup);
  CHECK(both.paths(role::client).set_backup(77, true).error() == path_errc::unknown_path);
}
