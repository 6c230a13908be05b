// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every model of `tls_handshake` must do, whatever it is made of. Run it inside a TEST_CASE.
#pragma once

#include "handshake_pair.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

namespace quoin::testing {

/// The configurations that the suite needs; `stranger` shares no application protocol with `server`.
template <tls_handshake H>
struct handshake_models {
  std::shared_ptr<typename H::config const> client, server, stranger;
};

template <tls_handshake H>
void check_agreement(handshake_models<H> const& models) {
  handshake_pair<H> pair{models.client, models.server};

  SECTION("both sides complete and agree") {
    SECTION("in whole messages") {}
    SECTION("byte by byte") {
      pair.chunk = 1;
    }
    SECTION("in odd pieces") {
      pair.chunk = 997;
    }
    pair.run();
    REQUIRE(pair.succeeded());
    CHECK(pair.client.engine.alpn() == "test/1");
    CHECK(pair.server.engine.alpn() == "test/1");
    CHECK(pair.client.engine.suite() == pair.server.engine.suite());
    CHECK(pair.server.engine.server_name() == "localhost");
    CHECK(pair.client.peer_parameters() == byte_vector{5, 6, 7});
    CHECK(pair.server.peer_parameters() == byte_vector{1, 2, 3, 4});

    std::set<byte_vector> secrets;
    for (auto const level : {encryption_level::handshake, encryption_level::one_rtt}) {
      auto const up = pair.client.secret(level, key_direction::seal);
      auto const down = pair.client.secret(level, key_direction::open);
      CHECK(up == pair.server.secret(level, key_direction::open));
      CHECK(down == pair.server.secret(level, key_direction::seal));
      CHECK(up.size() == hash_size(hash_of(*pair.client.engine.suite())));
      secrets.insert({up, down});
    }
    CHECK(secrets.size() == 4);
  }

  SECTION("a server may make its parameters when it knows the client's") {
    int asked = 0;
    pair_options options;
    options.answer = [&](byte_view theirs, byte_vector& ours, version& spoken) {
      ++asked;
      CHECK(byte_vector(theirs.begin(), theirs.end()) == byte_vector{1, 2, 3, 4});
      CHECK(ours == byte_vector{5, 6, 7});
      CHECK(spoken == tested_version());
      ours.assign(300, 8);
    };
    handshake_pair<H> answering{models.client, models.server, options};
    answering.run();
    REQUIRE(answering.succeeded());
    CHECK(asked == 1);
    CHECK(answering.client.peer_parameters() == byte_vector(300, 8));
    CHECK(answering.server.peer_parameters() == byte_vector{1, 2, 3, 4});
  }

  SECTION("secrets come in time, and not too early") {
    pair.run();
    REQUIRE(pair.succeeded());
    for (auto const* side : {&pair.client, &pair.server})
      for (std::size_t i = 0; i < side->said.size(); ++i)
        if (auto const& output = side->said[i];
            output.what == handshake_output::kind::send && output.level != encryption_level::initial) {
          auto const key = side->find_secret(output.level, key_direction::seal);
          REQUIRE(key);
          CHECK(*key < i);
        }
    // Once it is complete only sessions are given and taken (RFC 8446 4.6.1).
    for (auto const* side : {&pair.client, &pair.server}) {
      auto const complete = side->find(handshake_output::kind::complete);
      REQUIRE(complete);
      for (auto i = *complete + 1; i < side->said.size(); ++i) {
        auto const& output = side->said[i];
        auto const expected = side == &pair.client ? handshake_output::kind::session : handshake_output::kind::send;
        CHECK(output.what == expected);
        if (output.what == handshake_output::kind::send) CHECK(output.level == encryption_level::one_rtt);
      }
    }
  }

  SECTION("a server may seal 1-RTT packets before the client is done, and open none") {
    REQUIRE(pair.client.begin());
    REQUIRE(pair.server.begin());
    REQUIRE(pair.server.receive(encryption_level::initial, pair.client.sent(encryption_level::initial)));
    CHECK(pair.server.find_secret(encryption_level::one_rtt, key_direction::seal));
    CHECK_FALSE(pair.server.find_secret(encryption_level::one_rtt, key_direction::open));
    CHECK_FALSE(pair.server.complete());
    CHECK(pair.server.peer_parameters() == byte_vector{1, 2, 3, 4});
  }

  SECTION("no application protocol in common") {
    handshake_pair<H> strangers{models.stranger, models.server};
    strangers.run();
    CHECK(strangers.code() == tls_code(tls::alert::no_application_protocol));
    CHECK_FALSE(strangers.client.complete());
  }
}

template <tls_handshake H>
void check_refusals(handshake_models<H> const& models) {
  using tls::alert;
  constexpr auto protocol_violation = static_cast<std::uint64_t>(error_code::protocol_violation);
  handshake_pair<H> pair{models.client, models.server};

  auto const tamper_at = [&](role from, encryption_level level, auto change) {
    pair.tamper = [=](role sender, encryption_level at, byte_vector& bytes) {
      if (sender == from && at == level) change(bytes);
    };
    pair.run();
    CHECK_FALSE(pair.succeeded());
  };
  auto const replaced_by = [](byte_vector message) { return [=](byte_vector& bytes) { bytes = message; }; };
  auto const key_update = make_message(24, {0});

  SECTION("a KeyUpdate message at any level") {
    SECTION("to a server, Initial") {
      tamper_at(role::client, encryption_level::initial, replaced_by(key_update));
    }
    SECTION("to a client, Handshake") {
      tamper_at(role::server, encryption_level::handshake, replaced_by(key_update));
    }
    SECTION("to a server, Handshake") {
      tamper_at(role::client, encryption_level::handshake, replaced_by(key_update));
    }
    CHECK(pair.code() == tls_code(alert::unexpected_message));
  }

  SECTION("messages after the handshake") {
    pair.run();
    REQUIRE(pair.succeeded());
    auto const at = encryption_level::one_rtt;
    byte_vector const ticket{0, 0, 1, 0, 9, 9, 9, 9, 1, 7, 0, 2, 8, 8, 0, 0};
    SECTION("KeyUpdate to a client") {
      CHECK_FALSE(pair.client.receive(at, key_update));
      CHECK(pair.code() == tls_code(alert::unexpected_message));
    }
    SECTION("KeyUpdate to a server, of which only the type has arrived") {
      CHECK_FALSE(pair.server.receive(at, byte_view{key_update}.first(1)));
      CHECK(pair.code() == tls_code(alert::unexpected_message));
    }
    SECTION("a session ticket is taken by a client") {
      CHECK(pair.client.receive(at, make_message(4, ticket)));
    }
    SECTION("and not by a server") {
      CHECK_FALSE(pair.server.receive(at, make_message(4, ticket)));
      CHECK(pair.code() == tls_code(alert::unexpected_message));
    }
    SECTION("a late request for a client certificate") {
      CHECK_FALSE(pair.client.receive(at, make_message(13, {0, 0, 0})));
      CHECK(pair.code() == protocol_violation);
    }
    SECTION("anything new at a level that is over") {
      CHECK_FALSE(pair.client.receive(encryption_level::handshake, make_message(20, byte_vector(32))));
      CHECK(pair.code() == protocol_violation);
    }
    SECTION("and the first error stays") {
      CHECK_FALSE(pair.client.receive(at, key_update));
      auto const again = pair.client.receive(at, make_message(4, ticket));
      REQUIRE_FALSE(again);
      CHECK(again.error().code == crypto_error_code(10));
    }
  }

  SECTION("a message of an unknown type") {
    tamper_at(role::client, encryption_level::initial, replaced_by(make_message(99, {1, 2, 3})));
    CHECK(pair.code() == tls_code(alert::unexpected_message));
  }

  SECTION("an EndOfEarlyData message, which QUIC does not have") {
    tamper_at(role::client, encryption_level::handshake, replaced_by(make_message(5, {})));
    CHECK(pair.code() == tls_code(alert::unexpected_message));
  }

  SECTION("a message cut short, its length made to fit") {
    tamper_at(role::client, encryption_level::initial, [](byte_vector& bytes) {
      bytes = make_message(1, {bytes.begin() + 4, bytes.end() - 1});
    });
    CHECK(pair.code() == tls_code(alert::decode_error));
  }

  SECTION("bytes left over when keys change") {
    auto const more = [](byte_vector& bytes) { bytes.push_back(0); };
    SECTION("after a ClientHello") {
      tamper_at(role::client, encryption_level::initial, more);
    }
    SECTION("after a ServerHello") {
      tamper_at(role::server, encryption_level::initial, more);
    }
    CHECK(pair.code() == protocol_violation);
  }

  SECTION("a Finished that does not verify") {
    auto const flip = [](byte_vector& bytes) {
      if (bytes[0] == 20) bytes.back() ^= 1;
    };
    SECTION("of the server") {
      tamper_at(role::server, encryption_level::handshake, flip);
    }
    SECTION("of the client") {
      tamper_at(role::client, encryption_level::handshake, flip);
    }
    CHECK(pair.code() == tls_code(alert::decrypt_error));
  }

  SECTION("sizes of messages") {
    REQUIRE(pair.server.begin());
    auto const level = encryption_level::initial;
    SECTION("16 MiB announced is refused before anything is stored") {
      CHECK_FALSE(pair.server.receive(level, byte_vector{1, 0xff, 0xff, 0xff}));
      CHECK(pair.code() == static_cast<std::uint64_t>(error_code::crypto_buffer_exceeded));
    }
    SECTION("one byte over the cap") {
      CHECK_FALSE(pair.server.receive(level, byte_vector{1, 1, 0, 1}));
      CHECK(pair.code() == static_cast<std::uint64_t>(error_code::crypto_buffer_exceeded));
    }
    SECTION("the cap itself may be announced") {
      CHECK(pair.server.receive(level, byte_vector{1, 1, 0, 0}));
    }
    SECTION("nothing at all is no error, at any level") {
      CHECK(pair.server.receive(encryption_level::one_rtt, {}));
    }
  }

  SECTION("data at a level that has no keys yet") {
    REQUIRE(pair.server.begin());
    CHECK_FALSE(pair.server.receive(encryption_level::handshake, make_message(20, byte_vector(32))));
    CHECK(pair.code() == protocol_violation);
  }
}

}  // namespace quoin::testing
