// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

void black_out_first(two_paths<>& both, instant until) {
  both.lab.uplink().black_out(both.lab.now(), until);
  both.lab.downlink().black_out(both.lab.now(), until);
}

}  // namespace

TEST_CASE("a transfer goes on over the other path when one dies", "[scenario][multipath]") {
  two_paths_options options;
  options.first.bottleneck.bits_per_second = options.second.bottleneck.bits_per_second = 10'000'000;
  options.first.bottleneck.queue_bytes = options.second.bottleneck.queue_bytes = 60'000;
  for (auto const sender : {role::client, role::server}) {
    two_paths<> both{options};
    REQUIRE(both.open_second());
    both.begin(sender, 2'000'000);
    both.lab.advance(200ms);
    REQUIRE_FALSE(both.complete(sender));
    black_out_first(both, never);
    // Alone, the second link takes less than two seconds for all of it.
    CHECK(both.lab.run_until([&] { return both.complete(sender); }, 4s));
    CHECK(both.facts(sender, 0).silent);
    CHECK_FALSE(both.facts(sender, 1).silent);
    // What is said last is said on the path that works.
    both.lab.client().close(7, "done", both.lab.now());
    both.lab.advance(100ms);
    REQUIRE(both.lab.ended(role::server));
    CHECK(both.lab.ended(role::server)->code == 7);
  }
}

TEST_CASE("a path that was silent is used again when it answers", "[scenario][multipath]") {
  two_paths_options options;
  options.first.bottleneck = options.second.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 60'000};
  two_paths<> both{options};
  REQUIRE(both.open_second());
  black_out_first(both, both.lab.now() + 2s);
  REQUIRE(both.transfer(role::client, 500'000, 4s));
  CHECK(both.facts(role::client, 0).silent);
  REQUIRE(both.lab.run_until([&] { return !both.facts(role::client, 0).silent; }, 20s));
  auto const before = both.facts(role::client, 0).sent.bytes_sent;
  REQUIRE(both.transfer(role::client, 2'000'000));
  CHECK(both.facts(role::client, 0).sent.bytes_sent > before + 500'000);
}

TEST_CASE("a path that never answers is given up, and its ID with it", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  both.second_downlink().black_out(both.lab.now(), never);
  auto const opened =
      both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now());
  REQUIRE(opened);
  REQUIRE(
      both.lab.run_until([&] { return both.lab.count(role::client, connection_event::kind::path_closed) == 1; }, 10s));
  CHECK(both.lab.count(role::client, connection_event::kind::path_opened) == 0);
  // The server is told, answers, and lets the client have another path ID in its place.
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 1).standing == path_standing::unused; }, 10s));
  REQUIRE(both.lab.run_until([&] { return both.facts(role::client, 1).standing == path_standing::unused; }, 10s));
  CHECK(both.transfer(role::client, 100'000));
  both.lab.advance(1s);
  auto const again = both.paths(role::client)
                         .open_path(socket_address::v4(10, 0, 0, 1, 5000), both.lab.server_address(), both.lab.now());
  REQUIRE(again);
  CHECK(*again == 2);
  CHECK(both.lab.run_until([&] { return both.facts(role::client, 2).standing == path_standing::open; }, 5s));
}

TEST_CASE("when both paths die the connection ends at its idle timeout", "[scenario][multipath]") {
  two_paths_options options;
  options.client.idle_timeout = 3s;
  two_paths<> both{options};
  REQUIRE(both.open_second());
  black_out_first(both, never);
  both.second_uplink().black_out(both.lab.now(), never);
  both.second_downlink().black_out(both.lab.now(), never);
  both.begin(role::client, 100'000);
  REQUIRE(both.lab.run_until([&] { return both.lab.ended(role::client).has_value(); }, 60s));
  CHECK(both.lab.ended(role::client)->origin == event::close_origin::idle_timeout);
}

TEST_CASE("a probe of the last path brings data though its window is full", "[scenario][rfc9002][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  both.lab.advance(20ms);
  both.begin(role::client, 500'000);
  both.lab.advance(1ms);
  auto const full = both.facts(role::client, 0);
  REQUIRE(full.bytes_in_flight + full.datagram_size > full.congestion_window);
  black_out_first(both, never);
  auto const silent_since = both.lab.now();
  REQUIRE(both.lab.run_until([&] { return both.facts(role::client, 0).silent; }, 5s));
  std::size_t with_data = 0;
  for (auto const& packet : *both.packets) {
    if (packet.self != role::client || packet.at < silent_since) continue;
    auto const frames = frames_of(packet);
    with_data += std::any_of(frames.begin(), frames.end(), [](multipath_frame const& f) { return f.type == 8; });
  }
  CHECK(with_data == 2);
}
