// SPDX-License-Identifier: BSL-1.0
// Keying material of a connection for its application (RFC 8446 7.5).
#include "tls_couple.hpp"

#include <array>

using namespace quoin;
using namespace quoin::testing;

namespace {

using key = std::array<std::uint8_t, 32>;

key exported(connection_type& from, std::string_view label, std::string_view context = {}) {
  key material{};
  REQUIRE(from.tls() != nullptr);
  REQUIRE(from.tls()->export_keying_material(label, as_bytes(context), material));
  return material;
}

/// Both ends of a couple's newest connection make the same keys, and others for whatever differs.
void check_keys(couple& both, connection_type& client) {
  connection_type* server = nullptr;
  both.server->for_each_connection([&](connection_type& each) {
    if (!each.closing()) server = &each;
  });
  REQUIRE(server != nullptr);
  auto const here = exported(client, "EXPORTER-test", "context");
  CHECK(here == exported(*server, "EXPORTER-test", "context"));
  CHECK(exported(client, "EXPORTER-test") == exported(*server, "EXPORTER-test"));
  CHECK(here != exported(client, "EXPORTER-test"));
  CHECK(here != exported(client, "EXPORTER-test", "contexu"));
  CHECK(here != exported(client, "EXPORTER-tesu", "context"));
  CHECK(here == exported(client, "EXPORTER-test", "context"));
  std::array<std::uint8_t, 16> shorter{};
  REQUIRE(client.tls()->export_keying_material("EXPORTER-test", as_bytes("context"), shorter));
  CHECK_FALSE(std::equal(shorter.begin(), shorter.end(), here.begin()));
}

}  // namespace

TEST_CASE("both ends of a connection export the same keys", "[endpoint][rfc8446]") {
  couple both{tls_settings()};
  auto& client = both.connect();
  key none{};
  CHECK_FALSE(client.tls()->export_keying_material("EXPORTER-test", {}, none));
  REQUIRE(both.turn_until([&] { return both.at_client.connected == 1 && both.at_server.connected == 1; }));
  check_keys(both, client);
}

TEST_CASE("a resumed connection exports keys of its own", "[endpoint][rfc8446]") {
  auto settings = tls_settings();
  settings.sessions.early_data = true;
  settings.sessions.replay = [](early_data_claim const&) { return true; };
  couple both{settings};
  auto& first = both.connect();
  REQUIRE(both.turn_until([&] { return both.sessions() > 0; }));
  auto const earlier = exported(first, "EXPORTER-test");
  first.close(0, {}, both.client->now());
  both.client->touch(first);
  REQUIRE(both.turn_until([&] { return both.at_server.closed == 1; }));
  for (bool const early : {false, true}) {
    auto& again =
        both.client->connect(both.server->local_address(), "server.test", {.resume = true, .early_data = early});
    auto const before = both.at_server.connected;
    REQUIRE(both.turn_until([&] { return again.connected() && both.at_server.connected > before; }));
    CHECK(again.resumed());
    CHECK((again.early_data() == early_data_status::accepted) == early);
    CHECK(exported(again, "EXPORTER-test") != earlier);
    check_keys(both, again);
    again.close(0, {}, both.client->now());
    both.client->touch(again);
    REQUIRE(both.turn_until([&] { return both.at_server.closed == both.at_server.connected; }));
  }
}

TEST_CASE("keys with a label or of a size that cannot be are not exported", "[endpoint][rfc8446]") {
  couple both{tls_settings()};
  auto& client = both.connect();
  REQUIRE(both.turn_until([&] { return both.at_client.connected == 1; }));
  key out{};
  CHECK(client.tls()->export_keying_material(std::string(249, 'x'), {}, out));
  CHECK_FALSE(client.tls()->export_keying_material(std::string(250, 'x'), {}, out));
  std::vector<std::uint8_t> much(255 * 32 + 1);
  CHECK_FALSE(client.tls()->export_keying_material("EXPORTER-test", {}, much));
  much.pop_back();
  CHECK(client.tls()->export_keying_material("EXPORTER-test", {}, much));
}
