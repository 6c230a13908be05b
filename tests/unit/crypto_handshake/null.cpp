// SPDX-License-Identifier: BSL-1.0
#include "../../conformance/handshake.hpp"
#include "../../conformance/resumption.hpp"

#include <quoin/crypto/null/crypto.hpp>

using namespace quoin;
using testing::tls_code;

static_assert(crypto_backend<null_crypto>);

namespace {

using pair = testing::handshake_pair<null_handshake>;

std::shared_ptr<null_handshake::config const> made_of(null_handshake::config config) {
  return std::make_shared<null_handshake::config const>(std::move(config));
}

testing::handshake_models<null_handshake> models() {
  return {made_of({{"other", "test/1"}}), made_of({{"test/1"}}), made_of({{"nothing else"}})};
}

}  // namespace

TEST_CASE("the null handshake agrees as every handshake must", "[crypto_handshake][rfc9001]") {
  testing::check_agreement(models());
}

TEST_CASE("the null handshake refuses what every handshake must", "[crypto_handshake][rfc9001]") {
  testing::check_refusals(models());
}

TEST_CASE("the null handshake resumes sessions as every handshake that does must", "[crypto_handshake][rfc9001]") {
  testing::check_resumption<null_handshake>(
      {made_of({{"other", "test/1"}}), [](testing::resuming_server const& asked) {
         session_settings sessions;
         sessions.secrets = {session_secret{asked.secret}};
         sessions.early_data = asked.early_data;
         sessions.context = asked.context;
         sessions.replay = asked.replay;
         return made_of({asked.alpn, 0, 0, cipher_suite::aes_128_gcm_sha256, make_null_sessions(sessions)});
       }});
}

TEST_CASE("the null handshake is deterministic, and its secrets depend on both hellos", "[crypto_handshake]") {
  auto const run = [](std::string name) {
    pair joined{models().client, models().server, std::move(name)};
    joined.run();
    REQUIRE(joined.succeeded());
    return joined.client.secret(encryption_level::one_rtt, key_direction::seal);
  };
  CHECK(run("a") == run("a"));
  CHECK(run("a") != run("b"));
}

TEST_CASE("flights of the null handshake grow to the size asked for", "[crypto_handshake]") {
  pair joined{made_of({{"x"}, 5000, 0}), made_of({{"x"}, 0, 20000})};
  joined.run();
  REQUIRE(joined.succeeded());
  CHECK(joined.client.sent(encryption_level::initial).size() > 5000);
  CHECK(joined.server.sent(encryption_level::initial).size() < 100);
  CHECK(joined.server.sent(encryption_level::handshake).size() > 20000);
}

TEST_CASE("the null handshake needs one suite on both sides", "[crypto_handshake]") {
  auto const suite = cipher_suite::aes_256_gcm_sha384;
  pair same{made_of({{"x"}, 0, 0, suite}), made_of({{"x"}, 0, 0, suite})};
  same.run();
  REQUIRE(same.succeeded());
  CHECK(same.client.secret(encryption_level::one_rtt, key_direction::open).size() == 48);

  pair different{made_of({{"x"}, 0, 0, suite}), made_of({{"x"}})};
  different.run();
  CHECK(different.code() == tls_code(tls::alert::handshake_failure));
}

TEST_CASE("the null handshake misses transport parameters", "[crypto_handshake][rfc9001]") {
  pair joined{models().client, models().server};
  auto from = role::client;
  SECTION("of a client") {}
  SECTION("of a server") {
    from = role::server;
  }
  joined.tamper = [=](role sender, encryption_level, testing::byte_vector& bytes) {
    auto const hello = bytes[0] == 1 || bytes[0] == 8;
    if (sender == from && hello) {
      testing::byte_vector const type{0, 0x39};
      auto const at = std::search(bytes.begin() + 4, bytes.end(), type.begin(), type.end());
      REQUIRE(at != bytes.end());
      at[0] = 0x7f;
    }
  };
  joined.run();
  CHECK(joined.code() == tls_code(tls::alert::missing_extension));
}
