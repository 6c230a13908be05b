// SPDX-License-Identifier: BSL-1.0
#include "../../bad_input/watched_victim.hpp"
#include "../../without_botan_pool.hpp"
#include "botan_support.hpp"
#include "message_editing.hpp"

#include <algorithm>

using namespace quoin;
using namespace quoin::testing;
using tls::alert;

namespace {

constexpr auto protocol_violation = static_cast<std::uint64_t>(error_code::protocol_violation);

template <class Change>
std::uint64_t code_of_one(std::uint8_t type, Change change) {
  auto pair = joined();
  pair.tamper = [&](role, encryption_level, byte_vector& bytes) {
    if (bytes[0] == type) change(bytes);
  };
  pair.run();
  CHECK_FALSE(pair.succeeded());
  return pair.code();
}

/// Runs a handshake in which messages of `type` are changed on their way, and another: what a library makes once and
/// keeps for good is there then, and nothing of the second may be left on the heap.
template <class Change>
std::uint64_t code_after(std::uint8_t type, Change change) {
  auto const code = code_of_one(type, change);
  auto again = ~code;
  {
    watched_life const watch;
    again = code_of_one(type, change);
  }
  CHECK(again == code);
  return code;
}

constexpr std::uint8_t client_hello = 1;
constexpr std::uint8_t server_hello = 2;
constexpr std::uint8_t encrypted_extensions = 8;

}  // namespace

TEST_CASE("transport parameters are mandatory on both sides", "[crypto_handshake][rfc9001]") {
  auto const without = [](byte_vector& bytes) { replace_extension(bytes, 0x39, {}); };
  CHECK(code_after(client_hello, without) == tls_code(alert::missing_extension));
  CHECK(code_after(encrypted_extensions, without) == tls_code(alert::missing_extension));
}

TEST_CASE("the codepoint of drafts does not count as transport parameters", "[crypto_handshake][rfc9001]") {
  auto const as_draft = [](byte_vector& bytes) { replace_extension(bytes, 0x39, make_extension(0xffa5, {1, 2})); };
  CHECK(code_after(client_hello, as_draft) == tls_code(alert::missing_extension));
}

TEST_CASE("an application protocol is mandatory on both sides", "[crypto_handshake][rfc9001]") {
  auto const without = [](byte_vector& bytes) { replace_extension(bytes, 16, {}); };
  CHECK(code_after(client_hello, without) == tls_code(alert::no_application_protocol));
  CHECK(code_after(encrypted_extensions, without) == tls_code(alert::no_application_protocol));
}

TEST_CASE("a server must choose a protocol that was offered", "[crypto_handshake][rfc9001]") {
  auto const another = [](byte_vector& bytes) {
    replace_extension(bytes, 16, make_extension(16, {0, 3, 2, 'h', '3'}));
  };
  CHECK(code_after(encrypted_extensions, another) == tls_code(alert::no_application_protocol));
}

TEST_CASE("versions below TLS 1.3 are refused", "[crypto_handshake][rfc9001]") {
  auto const old = [](byte_vector& bytes) { replace_extension(bytes, 43, {}); };
  auto const list_of_old = [](byte_vector& bytes) { replace_extension(bytes, 43, make_extension(43, {2, 3, 3})); };
  CHECK(code_after(client_hello, old) == tls_code(alert::protocol_version));
  CHECK(code_after(client_hello, list_of_old) == tls_code(alert::protocol_version));
  CHECK(code_after(server_hello, old) == tls_code(alert::protocol_version));
}

TEST_CASE("a session ID for middleboxes is refused", "[crypto_handshake][rfc9001]") {
  CHECK(code_after(client_hello, [](byte_vector& bytes) {
          byte_vector body{bytes.begin() + 4, bytes.begin() + 38};
          body.push_back(1);
          body.push_back(0xaa);
          body.insert(body.end(), bytes.begin() + 39, bytes.end());
          bytes = make_message(1, body);
        }) == protocol_violation);
}

TEST_CASE("cipher suites that nobody knows are passed over", "[crypto_handshake][rfc9001][cve_class_unknown_cipher]") {
  auto pair = joined();
  byte_vector hello;
  REQUIRE(pair.client.begin());
  REQUIRE(pair.server.begin());
  hello = pair.client.sent(encryption_level::initial);
  byte_vector body{hello.begin() + 4, hello.begin() + 39};
  SECTION("beside known ones") {
    auto const suites = 256U * hello[39] + hello[40];
    body.insert(body.end(), {0, static_cast<std::uint8_t>(suites + 2), 0x5a, 0x5a});
    body.insert(body.end(), hello.begin() + 41, hello.end());
    CHECK(pair.server.receive(encryption_level::initial, make_message(1, body)));
  }
  SECTION("and are not enough") {
    auto const suites = 256U * hello[39] + hello[40];
    body.insert(body.end(), {0, 2, 0x5a, 0x5a});
    body.insert(body.end(), hello.begin() + 41 + static_cast<std::ptrdiff_t>(suites), hello.end());
    CHECK_FALSE(pair.server.receive(encryption_level::initial, make_message(1, body)));
    CHECK(pair.code() == tls_code(alert::handshake_failure));
  }
  SECTION("nor is the one of TLS 1.3 that has no header protection") {  // RFC 9001 5.3: AES-128-CCM-8
    auto const suites = 256U * hello[39] + hello[40];
    body.insert(body.end(), {0, 2, 0x13, 0x05});
    body.insert(body.end(), hello.begin() + 41 + static_cast<std::ptrdiff_t>(suites), hello.end());
    CHECK_FALSE(pair.server.receive(encryption_level::initial, make_message(1, body)));
    CHECK(pair.code() == tls_code(alert::handshake_failure));
  }
}

TEST_CASE("a client's hello offers TLS 1.3 alone and asks for no middlebox compatibility",
          "[crypto_handshake][rfc9001]") {
  auto pair = joined();
  byte_vector hello;
  pair.tamper = [&](role from, encryption_level, byte_vector& bytes) {
    if (from == role::client && bytes[0] == client_hello) hello = bytes;
  };
  pair.run();
  REQUIRE(pair.succeeded());
  // Behind type, length, version and random: an empty legacy_session_id (RFC 9001 8.4).
  REQUIRE(hello.size() > 39);
  CHECK(hello[38] == 0);
  auto const only_tls_1_3 = make_extension(43, {2, 3, 4});
  CHECK(std::search(hello.begin(), hello.end(), only_tls_1_3.begin(), only_tls_1_3.end()) != hello.end());
}

TEST_CASE("a tampered hello breaks the handshake, whoever notices", "[crypto_handshake][rfc8446]") {
  auto const flip = [](byte_vector& bytes) { bytes[10] ^= 1; };  // in the random: well-formed, and not what was signed
  CHECK(code_after(client_hello, flip) == tls_code(alert::decrypt_error));
  CHECK(code_after(server_hello, flip) == tls_code(alert::decrypt_error));
}

TEST_CASE("each message of the server's flight is bound to the rest", "[crypto_handshake][rfc8446]") {
  // Handshake packets are sealed in QUIC; this is a peer that signs one thing and sends another.
  auto const other_parameters = [](byte_vector& bytes) {
    replace_extension(bytes, 0x39, make_extension(0x39, {9, 9, 9}));
  };
  CHECK(code_after(encrypted_extensions, other_parameters) == tls_code(alert::decrypt_error));
  auto const bad_signature = [](byte_vector& bytes) { bytes.back() ^= 1; };
  CHECK(code_after(15, bad_signature) == tls_code(alert::decrypt_error));
}

TEST_CASE("messages out of their order are refused", "[crypto_handshake][rfc8446]") {
  auto const finished = make_message(20, byte_vector(32));
  CHECK(code_after(encrypted_extensions, [&](byte_vector& bytes) { bytes = finished; }) ==
        tls_code(alert::unexpected_message));
  CHECK(code_after(11, [&](byte_vector& bytes) { bytes = finished; }) == tls_code(alert::unexpected_message));
  CHECK(code_after(server_hello, [&](byte_vector& bytes) {
          bytes = make_message(8, {0, 0});
        }) == tls_code(alert::unexpected_message));
}

TEST_CASE("messages that TLS has and QUIC has not are refused", "[crypto_handshake][rfc9001]") {
  auto const key_update = make_message(24, {0});
  auto const end_of_early_data = make_message(5, {});
  auto const instead_of_finished = [](byte_vector const& said) {
    auto pair = joined();
    pair.tamper = [&](role from, encryption_level, byte_vector& bytes) {
      if (from == role::client && bytes[0] == 20) bytes = said;
    };
    pair.run();
    CHECK_FALSE(pair.succeeded());
    return pair.code();
  };
  // RFC 9001 6 and 8.3: keys change by a bit of the packets, and packets say themselves which of them are early.
  CHECK(instead_of_finished(key_update) == tls_code(alert::unexpected_message));
  CHECK(instead_of_finished(end_of_early_data) == tls_code(alert::unexpected_message));
  for (auto const& said : {key_update, end_of_early_data})
    for (bool const at_server : {false, true}) {
      CAPTURE(at_server);
      auto pair = joined();
      pair.run();
      REQUIRE(pair.succeeded());
      auto const taken = at_server ? pair.server.receive(encryption_level::one_rtt, said)
                                   : pair.client.receive(encryption_level::one_rtt, said);
      CHECK_FALSE(taken);
      CHECK(pair.code() == tls_code(alert::unexpected_message));
    }
}

TEST_CASE("a session ticket must be well-formed, and its early data unlimited", "[crypto_handshake][rfc9001]") {
  auto pair = joined();
  pair.run();
  REQUIRE(pair.succeeded());
  auto const ticket_with = [](byte_vector const& extensions) {
    byte_vector body{0, 0, 1, 0, 1, 2, 3, 4, 1, 0, 0, 3, 7, 7, 7};
    body.push_back(static_cast<std::uint8_t>(extensions.size() >> 8));
    body.push_back(static_cast<std::uint8_t>(extensions.size()));
    body.insert(body.end(), extensions.begin(), extensions.end());
    return make_message(4, body);
  };
  auto const level = encryption_level::one_rtt;
  auto const said = pair.client.said.size();
  SECTION("unlimited early data") {
    auto const ticket = ticket_with(make_extension(42, {0xff, 0xff, 0xff, 0xff}));
    for (int i = 0; i < 20; ++i) CHECK(pair.client.receive(level, ticket));
    for (auto const byte : ticket) CHECK(pair.client.receive(level, byte_vector{byte}));
    // Each was taken for a session, however it was cut, and nothing else was said.
    REQUIRE(pair.client.said.size() == said + 21);
    for (auto i = said; i < pair.client.said.size(); ++i)
      CHECK(pair.client.said[i].what == handshake_output::kind::session);
  }
  SECTION("no early data") {
    CHECK(pair.client.receive(level, ticket_with({})));
  }
  SECTION("limited early data") {
    CHECK_FALSE(pair.client.receive(level, ticket_with(make_extension(42, {0, 0, 0x40, 0}))));
    CHECK(pair.code() == protocol_violation);
  }
  SECTION("early data of a wrong size") {
    CHECK_FALSE(pair.client.receive(level, ticket_with(make_extension(42, {0xff}))));
    CHECK(pair.code() == protocol_violation);
  }
  SECTION("cut short") {
    auto const ticket = ticket_with({});
    CHECK_FALSE(pair.client.receive(level, make_message(4, {ticket.begin() + 4, ticket.end() - 1})));
    CHECK(pair.code() == tls_code(alert::decode_error));
  }
  SECTION("with half an extension") {
    CHECK_FALSE(pair.client.receive(level, ticket_with({0, 42, 0, 4, 0xff})));
    CHECK(pair.code() == tls_code(alert::decode_error));
  }
  SECTION("with an empty ticket") {
    CHECK_FALSE(pair.client.receive(level, make_message(4, {0, 0, 1, 0, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0})));
    CHECK(pair.code() == tls_code(alert::decode_error));
  }
}
