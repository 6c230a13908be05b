// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

struct observing_stack : test_stack {
  using observer = packet_tap;
  using extensions = quoin::extensions<datagram, address_discovery, multipath>;
};

struct asking_stack : test_stack {
  using observer = packet_tap;
  using extensions = quoin::extensions<datagram, ack_frequency, multipath>;
};

/// How long it takes from a PING of the client to what acknowledges it; the server has nothing to say.
template <class Paths>
std::optional<duration> time_to_answer(Paths& both) {
  auto const asked = both.lab.now();
  both.lab.client().ping();
  both.lab.advance(500ms);
  for (auto const& packet : *both.packets)
    if (packet.self == role::server && packet.at > asked) return packet.at - asked;
  return std::nullopt;
}

}  // namespace

TEST_CASE("who asks for later acknowledgements asks for them on every path", "[scenario][multipath]") {
  two_paths<path_schedule::min_rtt, asking_stack> both;
  REQUIRE(both.open_second());
  both.lab.advance(1s);
  REQUIRE(both.lab.client().extension<ack_frequency>().ask({10, 90ms, 3}));
  both.lab.advance(1s);
  CHECK(time_to_answer(both) == 10ms + 90ms);
  // It travelled on the first path. Neither the second, nor one that is opened later, knows other rules; and the client
  // does not lose patience before.
  REQUIRE(both.paths(role::client).abandon_path(0, both.lab.now()));
  both.lab.advance(5s);
  CHECK(time_to_answer(both) == 10ms + 90ms);
  auto const third =
      both.paths(role::client).open_path(both.lab.client_address(), both.lab.server_address(), both.lab.now());
  REQUIRE(third);
  both.lab.advance(1s);
  REQUIRE(both.paths(role::client).abandon_path(1, both.lab.now()));
  both.lab.advance(5s);
  REQUIRE(both.facts(role::server, *third).standing == path_standing::open);
  CHECK(time_to_answer(both) == 10ms + 90ms);
}

TEST_CASE("what acknowledgements of any path say decides how many of them are asked for", "[scenario][multipath]") {
  two_paths_options options;
  options.client.max_ack_delay = 25ms;
  options.tap = false;
  two_paths<path_schedule::min_rtt, asking_stack> both{options};
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::server).abandon_path(0, both.lab.now()));
  both.lab.advance(5s);
  auto const asked = both.lab.server().extension<ack_frequency>().statistics().requests_sent;
  for (int i = 0; i < 20; ++i) REQUIRE(both.transfer(role::server, 300'000));
  CHECK(both.lab.server().extension<ack_frequency>().statistics().requests_sent > asked);
}

TEST_CASE("acknowledgements of every path come within the delay that was announced", "[scenario][multipath]") {
  two_paths_options options;
  options.client.max_ack_delay = 5ms;
  two_paths<> both{options};
  REQUIRE(both.open_second());
  REQUIRE(both.paths(role::client).abandon_path(0, both.lab.now()));
  both.lab.advance(2s);
  auto const asked = both.lab.now();
  both.lab.server().ping();
  both.lab.advance(100ms);
  std::optional<instant> answered;
  for (auto const& packet : *both.packets)
    if (packet.self == role::client && packet.at > asked && !answered)
      for (auto const& frame : frames_of(packet))
        if (frame.type == wire::path_ack_frame::first_type || frame.type == wire::path_ack_frame::last_type)
          answered = packet.at;
  REQUIRE(answered);
  CHECK(*answered - asked == 10ms + 5ms);  // on its way, and held back
}

TEST_CASE("the peer is told once where it is seen, however many paths there are", "[scenario][multipath]") {
  two_paths_options options;
  options.tap = false;
  options.discover_addresses = true;
  two_paths<path_schedule::round_robin, observing_stack> both{options};
  REQUIRE(both.open_second());
  REQUIRE(both.transfer(role::client, 300'000));
  REQUIRE(both.transfer(role::server, 300'000));
  CHECK(both.lab.count(role::client, connection_event::kind::address_observed) == 1);
  CHECK(both.lab.count(role::server, connection_event::kind::address_observed) == 1);
}

TEST_CASE("the peer hears of the new address of a path that is not in hand", "[scenario][multipath]") {
  two_paths_options options;
  options.tap = false;
  options.first.delay = 30ms;
  options.discover_addresses = true;
  two_paths<path_schedule::min_rtt, observing_stack> both{options};
  REQUIRE(both.open_second());
  both.lab.advance(1s);
  // The server turns to the second path while the first is silent for a moment.
  both.lab.uplink().black_out(both.lab.now(), both.lab.now() + 500ms);
  REQUIRE(both.transfer(role::server, 20'000));
  both.lab.advance(1s);
  REQUIRE(both.lab.server().path().remote == both.other_address());
  auto const outside = socket_address::v4(203, 0, 113, 5, 4242);
  both.lab.network().rebind(both.lab.client_address(), outside);
  for (int i = 0; i < 5; ++i) REQUIRE(both.transfer(role::client, 20'000));
  REQUIRE(both.lab.run_until([&] { return both.facts(role::server, 0).addresses.remote == outside; }, 5s));
  both.lab.advance(2s);
  CHECK(both.lab.client().extension<address_discovery>().observed() == outside);
}

TEST_CASE("whoever looks for stateless resets learns of another path in the place of one", "[scenario][multipath]") {
  two_paths_options options;
  options.client_paths = options.server_paths = 3;
  two_paths<> both{options};
  REQUIRE(both.open_second());
  both.lab.advance(1s);
  auto& client = both.lab.client();
  auto const tokens = [&] {
    std::vector<stateless_reset_token> all;
    client.for_each_peer_reset_token([&](stateless_reset_token const& token) { all.push_back(token); });
    return all;
  };
  for (int i = 0; i < 4; ++i) {
    auto const before = tokens();
    auto const revision = client.peer_token_revision();
    REQUIRE(both.paths(role::client).abandon_path(static_cast<std::uint32_t>(1 + i), both.lab.now()));
    both.lab.advance(3s);
    REQUIRE(both.paths(role::client).open_path(both.other_address(), both.lab.server_address(), both.lab.now()));
    both.lab.advance(1s);
    REQUIRE(tokens() != before);
    CHECK(client.peer_token_revision() != revision);
  }
}
