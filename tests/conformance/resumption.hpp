// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every handshake that claims `resumption` must do (RFC 9001 4.5, 4.6; RFC 8446 4.2.10, 8). Run it inside a
/// TEST_CASE.
#pragma once

#include "handshake_pair.hpp"

#include <quoin/crypto/session/strike_register.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace quoin::testing {

/// A register as a fleet would have it, in a store that all its servers ask.
class fleet_store {
 public:
  bool admit(early_data_claim const& claim) {
    return seen_.emplace(claim.hello_random.begin(), claim.hello_random.end()).second;
  }

 private:
  std::set<byte_vector> seen_;
};
static_assert(replay_register<fleet_store>);

/// The server of a suite: its tickets are under the same secret, whatever else differs.
struct resuming_server {
  bool early_data = true;
  std::vector<std::string> alpn{"test/1"};
  std::vector<std::uint8_t> context{};
  replay_guard replay{};
  std::uint8_t secret = 1;
};

/// Makes the configurations that the suite needs.
template <resuming_handshake H>
struct resumption_models {
  std::shared_ptr<typename H::config const> client;  ///< offers "other" and "test/1"
  std::function<std::shared_ptr<typename H::config const>(resuming_server const&)> server;
};

inline byte_vector encoded_parameters(std::uint64_t max_data) {
  wire::transport_parameters parameters;
  parameters.initial_max_data = max_data;
  parameters.initial_max_streams_bidi = 4;
  byte_vector room(200);
  byte_writer writer{room};
  wire::write(writer, parameters, 0);
  room.resize(writer.size());
  return room;
}

inline constexpr wall_time long_ago{std::chrono::hours{24 * 365 * 50}};

template <resuming_handshake H>
void check_resumption(resumption_models<H> const& models) {
  auto const guard = [](std::size_t capacity) {
    return guard_with(std::make_shared<strike_register>(hash_key{1, 2}, wall_time{}, capacity));
  };
  resuming_server plain;
  plain.replay = guard(100);
  pair_options first;
  first.now = long_ago;
  first.server_parameters = encoded_parameters(1000);
  handshake_pair<H> full{models.client, models.server(plain), first};
  full.run();
  REQUIRE(full.succeeded());
  CHECK_FALSE(full.client.engine.resumed());
  auto const given = full.client.find(handshake_output::kind::session);
  REQUIRE(given);
  CHECK(*given > *full.client.find(handshake_output::kind::complete));
  auto const session = full.client.said[*given].bytes;
  auto const facts = H::facts_of(session);
  REQUIRE(facts);
  CHECK(facts->alpn == "test/1");
  CHECK(facts->early_data);
  CHECK(facts->expires > long_ago);
  CHECK_FALSE(H::facts_of(byte_view{session}.first(session.size() - 1)));

  auto second = first;
  second.session = session;
  second.early_data = true;
  second.now += std::chrono::hours{1};
  auto const run = [&](resuming_server const& server) {
    auto pair = std::make_unique<handshake_pair<H>>(models.client, models.server(server), second);
    pair->run();
    REQUIRE(pair->succeeded());
    return pair;
  };
  auto const early_up = [](auto const& pair) {
    return pair->client.secret(encryption_level::early_data, key_direction::seal);
  };
  auto const early_down = [](auto const& pair) {
    return pair->server.secret(encryption_level::early_data, key_direction::open);
  };
  auto const check_rejected = [&](auto const& pair, bool resumed) {
    CHECK(pair->client.engine.resumed() == resumed);
    CHECK(pair->server.engine.resumed() == resumed);
    CHECK(pair->client.find(handshake_output::kind::early_rejected));
    CHECK_FALSE(pair->client.find(handshake_output::kind::early_accepted));
    CHECK(*pair->client.find(handshake_output::kind::early_rejected) <
          *pair->client.find(handshake_output::kind::peer_parameters));
    CHECK(early_down(pair).empty());
    CHECK(pair->client.secret(encryption_level::one_rtt, key_direction::seal) ==
          pair->server.secret(encryption_level::one_rtt, key_direction::open));
  };

  SECTION("early data is accepted, and both sides have its secret in time") {
    auto const pair = run(plain);
    CHECK(pair->client.engine.resumed());
    CHECK(pair->server.engine.resumed());
    CHECK(pair->client.find(handshake_output::kind::early_accepted));
    CHECK(pair->server.find(handshake_output::kind::early_accepted));
    CHECK_FALSE(early_up(pair).empty());
    CHECK(early_up(pair) == early_down(pair));
    // Before its server has said a word.
    CHECK(*pair->client.find_secret(encryption_level::early_data, key_direction::seal) <
          *pair->client.find_secret(encryption_level::handshake, key_direction::open));
    CHECK(*pair->server.find_secret(encryption_level::early_data, key_direction::open) <
          *pair->server.find_secret(encryption_level::one_rtt, key_direction::seal));
    for (auto const level : {encryption_level::handshake, encryption_level::one_rtt}) {
      CHECK(pair->client.secret(level, key_direction::seal) == pair->server.secret(level, key_direction::open));
      CHECK(pair->client.secret(level, key_direction::open) == pair->server.secret(level, key_direction::seal));
    }
    CHECK(pair->client.engine.alpn() == "test/1");
    CHECK(pair->client.peer_parameters() == first.server_parameters);
    // The session that it gives in turn is as good as the first.
    second.session = pair->client.said[*pair->client.find(handshake_output::kind::session)].bytes;
    second.now += std::chrono::minutes{1};
    CHECK(run(plain)->client.find(handshake_output::kind::early_accepted));
  }
  SECTION("byte by byte, too") {
    handshake_pair<H> pair{models.client, models.server(plain), second};
    pair.chunk = 1;
    pair.run();
    CHECK(pair.succeeded());
    CHECK(pair.client.find(handshake_output::kind::early_accepted));
  }
  SECTION("nothing is early that was not asked for") {
    second.early_data = false;
    auto const pair = run(plain);
    CHECK(pair->client.engine.resumed());
    CHECK_FALSE(pair->client.find(handshake_output::kind::early_rejected));
    CHECK(early_up(pair).empty());
  }
  SECTION("a server that takes none says so in its tickets, and rejects") {
    resuming_server none = plain;
    none.early_data = false;
    check_rejected(run(none), true);
    second.session.clear();
    auto const pair = run(none);
    auto const other = H::facts_of(pair->client.said[*pair->client.find(handshake_output::kind::session)].bytes);
    REQUIRE(other);
    CHECK_FALSE(other->early_data);
  }
  SECTION("a first flight that comes twice is taken once") {
    handshake_pair<H> pair{models.client, models.server(plain), second};
    REQUIRE(pair.client.begin());
    auto const hello = pair.client.sent(encryption_level::initial);
    auto const config = models.server(plain);
    handshake_start const start{role::server, {}, second.server_parameters, second.spoken, {}, false};
    for (auto const expected : {handshake_output::kind::early_accepted, handshake_output::kind::early_rejected}) {
      party<H> server{config, start, second.now};
      REQUIRE(server.begin());
      REQUIRE(server.receive(encryption_level::initial, hello));
      CHECK(server.find(expected));
    }
  }
  SECTION("servers of a fleet take it once between them where they share a store, and else once each") {
    handshake_pair<H> pair{models.client, models.server(plain), second};
    REQUIRE(pair.client.begin());
    auto const hello = pair.client.sent(encryption_level::initial);
    auto const takes_early = [&](resuming_server const& one) {
      handshake_start const start{role::server, {}, second.server_parameters, second.spoken, {}, false};
      party<H> server{models.server(one), start, second.now};
      REQUIRE(server.begin());
      REQUIRE(server.receive(encryption_level::initial, hello));
      return server.find(handshake_output::kind::early_accepted).has_value();
    };
    auto member = plain;
    member.replay = guard_with(std::make_shared<fleet_store>());
    CHECK(takes_early(member));
    CHECK_FALSE(takes_early(member));
    for (int loner = 0; loner < 2; ++loner) {
      member.replay = guard(100);
      CHECK(takes_early(member));
    }
  }
  SECTION("without room to remember nothing is taken") {
    resuming_server full_house = plain;
    full_house.replay = guard(0);
    check_rejected(run(full_house), true);
  }
  SECTION("lower limits than were remembered") {
    second.server_parameters = encoded_parameters(999);
    check_rejected(run(plain), true);
  }
  SECTION("another context of the application") {
    resuming_server other = plain;
    other.context = {1};
    check_rejected(run(other), true);
  }
  SECTION("another protocol") {
    resuming_server other = plain;
    other.alpn = {"other"};
    auto const pair = run(other);
    check_rejected(pair, true);
    CHECK(pair->client.engine.alpn() == "other");
  }
  SECTION("a server with another secret knows nothing") {
    resuming_server stranger = plain;
    stranger.secret = 2;
    check_rejected(run(stranger), false);
  }
  SECTION("another version (RFC 9369 5)") {
    second.spoken = other_version();
    check_rejected(run(plain), false);
  }
  SECTION("a ticket whose age is told wrong is resumed, but not early") {
    handshake_pair<H> pair{models.client, models.server(plain), second};
    pair.server.engine.set_time(second.now + std::chrono::seconds{11});
    pair.run();
    REQUIRE(pair.succeeded());
    CHECK(pair.client.engine.resumed());
    CHECK(pair.client.find(handshake_output::kind::early_rejected));
  }
  SECTION("a session that is over, for another name, or none at all is not offered") {
    SECTION("over") {
      second.now = facts->expires + std::chrono::milliseconds{1};
    }
    SECTION("garbage") {
      second.session = {1, 2, 3};
    }
    auto const pair = run(plain);
    CHECK_FALSE(pair->client.engine.resumed());
    CHECK(early_up(pair).empty());
    CHECK_FALSE(pair->client.find(handshake_output::kind::early_rejected));
  }
  SECTION("what a configuration offers and takes") {
    CHECK(H::offers(*models.client, "test/1"));
    CHECK_FALSE(H::offers(*models.client, "nothing"));
    CHECK(H::takes_early_data(*models.server(plain)));
    resuming_server none;
    none.early_data = false;
    CHECK_FALSE(H::takes_early_data(*models.server(none)));
  }
  SECTION("what is tampered with ends the handshake") {
    handshake_pair<H> pair{models.client, models.server(plain), second};
    auto const flips = [&](std::uint8_t type) {
      pair.tamper = [type](role from, encryption_level, byte_vector& bytes) {
        if (from == role::server && bytes[0] == type) bytes.back() ^= 1;
      };
    };
    SECTION("Finished behind accepted early data") {
      flips(20);
      pair.run();
      CHECK(pair.code() == tls_code(tls::alert::decrypt_error));
    }
    SECTION("a certificate where there is none") {
      pair.tamper = [](role from, encryption_level, byte_vector& bytes) {
        if (from == role::server && bytes[0] == 20) bytes = make_message(15, {0, 0, 0, 0});
      };
      pair.run();
      CHECK(pair.code() == tls_code(tls::alert::unexpected_message));
    }
    CHECK_FALSE(pair.client.complete());
  }
}

}  // namespace quoin::testing
