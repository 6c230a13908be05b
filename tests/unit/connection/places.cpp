// SPDX-License-Identifier: BSL-1.0
// Where a peer is, and what becomes of a connection that does not know it.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

constexpr auto here = socket_address::v4(192, 0, 2, 2, 4433);

/// A server's connection right after its first packet, as no test could make it from outside.
struct started {
  started() {
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    start.self = role::server;
    start.crypto = crypto;
    start.path = {here, socket_address::v4(192, 0, 2, 1, 1111)};
    start.peer_source = start.first_destination = *connection_id::from(std::vector<std::uint8_t>(8, 7));
    state.emplace(start, now, seeded_entropy{1}, test_stack::observer{});
    REQUIRE(step::begin(*state, start, now));
  }

  /// Nobody answers to the challenges on the path in use.
  void fail_validation() {
    auto const before = state->paths.active().id;
    step::begin_validation(*state, state->paths.active(), now);
    for (int i = 0; i < 20 && state->phase == life_phase::open && state->paths.active().id == before; ++i) {
      now = state->paths.deadline();
      REQUIRE(now != never);
      step::expire(*state, now);
    }
  }

  connection_start<test_stack> start;
  instant now{100s};
  std::optional<connection_state<test_stack>> state;
};

}  // namespace

TEST_CASE("who knows no validated address of its peer's ends without a word", "[connection][rfc9000]") {
  started at;
  at.state->paths.active().amplification.validate();
  at.fail_validation();
  CHECK(at.state->phase == life_phase::gone);
  REQUIRE(at.state->closed_by);
  CHECK(at.state->closed_by->code == static_cast<std::uint64_t>(error_code::no_viable_path));
  std::vector<std::uint8_t> room(65536);
  CHECK_FALSE(step::transmit(*at.state, room, at.now));
}

TEST_CASE("who knows one goes back to it", "[connection][rfc9000]") {
  started at;
  auto& refuge = at.state->paths.open({here, socket_address::v4(192, 0, 2, 1, 2222)});
  refuge.validated = true;
  refuge.mtu.begin(limits::initial_datagram, limits::initial_datagram, limits::initial_datagram);
  auto const id = refuge.id;
  at.state->recovery.open_path(id, at.state->fresh_path());
  at.fail_validation();
  CHECK(at.state->phase == life_phase::open);
  CHECK(at.state->paths.active().id == id);
}

TEST_CASE("who is addressed without a connection ID offers no other address", "[connection][rfc9000]") {
  preferred_addresses const elsewhere{socket_address::v4(192, 0, 2, 3, 4433), {}};
  for (bool const with_ids : {true, false}) {
    started at;
    if (!with_ids) at.state->first_local_id = {};
    step::offer_preferred_address(*at.state, elsewhere);
    CHECK(at.state->local_parameters.preferred_address.has_value() == with_ids);
  }
}
