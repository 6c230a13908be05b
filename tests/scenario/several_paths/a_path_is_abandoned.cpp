// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

std::size_t count_frames(two_paths<>& both, role self, std::uint64_t type, std::uint64_t path) {
  std::size_t found = 0;
  for (auto const& packet : *both.packets)
    if (packet.self == self)
      for (auto const& frame : frames_of(packet)) found += frame.type == type && frame.path == path ? 1U : 0U;
  return found;
}

}  // namespace

TEST_CASE("either end may abandon a path, the first one too", "[scenario][multipath]") {
  for (auto const self : {role::client, role::server})
    for (std::uint32_t const path : {0U, 1U}) {
      two_paths<> both;
      REQUIRE(both.open_second());
      both.begin(role::client, 1'000'000);
      both.lab.advance(25ms);
      REQUIRE(both.paths(self).abandon_path(path, both.lab.now()));
      auto const abandoned_at = both.lab.now();
      REQUIRE(both.lab.run_until([&] { return both.complete(role::client); }));
      both.lab.advance(5s);
      for (auto const each : {role::client, role::server}) {
        CHECK(both.facts(each, path).standing == path_standing::unused);  // forgotten
        CHECK(both.facts(each, 1 - path).standing == path_standing::open);
        CHECK(both.lab.count(each, connection_event::kind::path_closed) == 1);
        // draft-ietf-quic-multipath 3.4: each end says so.
        CHECK(count_frames(both, each, wire::path_abandon_frame::first_type, path) >= 1);
      }
      // Nothing leaves on it behind the frame, of the end that said it first.
      auto const name = path == 0 ? path_id{0} : path_id{1};
      for (auto const& packet : *both.packets)
        if (packet.self == self && packet.at > abandoned_at) CHECK((packet.name == name) == false);
      CHECK(both.transfer(role::server, 200'000));
      CHECK_FALSE(both.lab.client().closing());
      CHECK_FALSE(both.lab.server().closing());
    }
}

TEST_CASE("the only path cannot be abandoned", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  auto const refused = both.paths(role::client).abandon_path(0, both.lab.now());
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == path_errc::last_path);
  CHECK(both.paths(role::client).abandon_path(1, both.lab.now()).error() == path_errc::unknown_path);
  CHECK(both.paths(role::client).abandon_path(9, both.lab.now()).error() == path_errc::unknown_path);
}

TEST_CASE("both ends may abandon the other's path at the same time and the connection ends", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).abandon_path(0, both.lab.now()));
  REQUIRE(both.paths(role::server).abandon_path(1, both.lab.now()));
  both.lab.advance(2s);
  // draft-ietf-quic-multipath 3.4: no path is left, so there is nothing to go on with.
  CHECK(both.lab.ended(role::client));
  CHECK(both.lab.ended(role::server));
}

TEST_CASE("paths may be opened and abandoned again and again, each with an ID of its own", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  for (std::uint32_t id = 1; id <= 12; ++id) {
    auto const opened =
        both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now());
    REQUIRE(opened);
    CHECK(*opened == id);
    REQUIRE(both.lab.run_until([&] { return both.facts(role::client, id).standing == path_standing::open; }, 5s));
    REQUIRE(both.transfer(role::client, 20'000));
    REQUIRE(both.paths(role::client).abandon_path(id, both.lab.now()));
    both.lab.advance(2s);
    CHECK(both.paths(role::client).paths().size() == 1);
    CHECK(both.paths(role::server).paths().size() == 1);
  }
}

TEST_CASE("the loss of a frame that abandons a path is made good", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  both.lab.uplink().drop_next(1);
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  both.lab.advance(3s);
  CHECK(count_frames(both, role::client, wire::path_abandon_frame::first_type, 1) >= 2);
  CHECK(both.facts(role::server, 1).standing == path_standing::unused);
}

TEST_CASE("who was not heard says again that a path is abandoned, however late", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  // What the server says to it is lost for longer than it would keep the path.
  auto const until = both.lab.now() + 2s;
  both.lab.downlink().on_each(
      [&](sim::datagram&, std::uint64_t) -> sim::verdict { return {.drop = both.lab.now() < until}; });
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::abandoned; }));
  CHECK(both.lab.run_until([&] { return both.facts(role::client, 1).standing == path_standing::unused; }, 20s));
  CHECK(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::unused; }, 20s));
  CHECK(count_frames(both, role::server, wire::path_abandon_frame::first_type, 1) >= 2);
}

namespace {

/// Opens the second path, so that the server has not heard yet that it works, and leaves the first.
void leave_early(two_paths<>& both) {
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  // The second datagram there is the answer to the server's challenge.
  both.second_uplink().on_each(
      [sent = 0](sim::datagram&, std::uint64_t) mutable -> sim::verdict { return {.drop = ++sent == 2}; });
  REQUIRE(both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now()));
  REQUIRE(both.lab.run_until([&] { return both.facts(role::client, 1).standing == path_standing::open; }, 5s));
  REQUIRE(both.facts(role::server, 1).standing == path_standing::validating);
  REQUIRE(both.paths(role::client).abandon_path(0, both.lab.now()));
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 0).standing == path_standing::abandoned; }, 5s));
  REQUIRE(both.facts(role::server, 1).standing == path_standing::validating);
}

}  // namespace

TEST_CASE("a client may leave its path for one that the server has not validated yet", "[scenario][multipath]") {
  two_paths<> both;
  leave_early(both);
  CHECK(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::open; }, 5s));
  CHECK(both.transfer(role::client, 50'000));
  CHECK(both.transfer(role::server, 50'000));
  CHECK_FALSE(both.lab.server().closing());
}

TEST_CASE("a client that has left its path for one that is never validated is given up", "[scenario][multipath]") {
  two_paths<> both;
  leave_early(both);
  both.second_uplink().on_each([](sim::datagram&, std::uint64_t) -> sim::verdict { return {.drop = true}; });
  REQUIRE(both.lab.run_until([&] { return both.lab.ended(role::server).has_value(); }, 10s));
  CHECK(both.lab.ended(role::server)->code == static_cast<std::uint64_t>(error_code::no_viable_path));
}

namespace {

/// Abandons the path that brings it the first bytes.
struct leaving_reader {
  static constexpr bool takes_stream_data = true;
  two_paths<>& both;
  std::uint32_t path;
  std::size_t offered = 0;

  std::size_t on_stream_data(stream_id, byte_view bytes, bool) {
    if (offered == 0) CHECK(both.paths(role::server).abandon_path(path, both.lab.now()));
    offered += bytes.size();
    return bytes.size();
  }
};

}  // namespace

TEST_CASE("a path may be abandoned while its bytes are offered", "[scenario][multipath]") {
  for (std::uint32_t const path : {0U, 1U}) {
    two_paths<> both;
    REQUIRE(both.open_second());
    both.lab.advance(2s);
    // What the other path would bring is not sent now.
    REQUIRE(both.paths(role::client).set_backup(1 - path, true));
    auto& client = both.connection_of(role::client);
    auto const id = client.open(stream_direction::unidirectional);
    REQUIRE(id);
    REQUIRE(client.write(*id, std::vector<std::uint8_t>(3000, 'x')));
    REQUIRE(client.finish(*id));
    leaving_reader reader{both, path};
    std::vector<std::uint8_t> room(65536);
    while (auto const out = client.transmit(room, both.lab.now())) {
      std::vector<std::uint8_t> bytes(out->bytes.begin(), out->bytes.end());
      network_path const seen{out->path.remote, out->path.local};
      both.connection_of(role::server).receive({seen, bytes, out->segment_size, out->mark}, both.lab.now(), reader);
    }
    CHECK(reader.offered == 3000);
    both.lab.advance(5s);
    for (auto const each : {role::client, role::server})
      CHECK(both.facts(each, path).standing == path_standing::unused);
    // What came in that batch was acknowledged where it came.
    CHECK(both.facts(role::client, 1 - path).sent.packets_lost == 0);
    CHECK(both.transfer(role::server, 20'000));
    CHECK(both.transfer(role::client, 20'000));
    CHECK_FALSE(both.lab.client().closing());
    CHECK_FALSE(both.lab.server().closing());
  }
}
