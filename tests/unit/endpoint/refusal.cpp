// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

namespace {

std::uint64_t number_of(error_code code) {
  return static_cast<std::uint64_t>(code);
}

}  // namespace

TEST_CASE("a full endpoint refuses connections without keeping anything of them", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.max_connections = 1; }};
  auto const first = server.client(1);
  server.settle(*first);
  REQUIRE(first->confirmed());

  for (std::uint16_t port = 2; port < 10; ++port) {
    auto const late = server.client(port);
    auto const letters = collect(*late, server.now);
    auto back = server.answer(letters.at(0), late->path().local);
    REQUIRE(back.size() == 1);
    // It asks for no answer, so it need not be full-sized; and nobody is flooded with it.
    CHECK(back[0].bytes.size() < 128);
    deliver(*late, back[0], server.now);
    REQUIRE(late->close_reason());
    CHECK(late->close_reason()->origin == event::close_origin::peer);
    CHECK(late->close_reason()->code == number_of(error_code::connection_refused));
    CHECK(server.endpoint.connection_count() == 1);
  }
}

TEST_CASE("an endpoint counts what became of strangers", "[endpoint]") {
  server server{[](auto& config) { config.max_connections = 1; }};
  auto const first = server.client(1);
  server.settle(*first);
  CHECK(server.endpoint.strangers().admitted == 1);
  auto const late = server.client(2);
  server.answer(collect(*late, server.now).at(0), late->path().local);
  CHECK(server.endpoint.strangers().refused == 1);
  auto const junk = server.answer({std::vector<std::uint8_t>(1200, 0x41), ecn::not_ect}, client_address);
  CHECK(server.endpoint.strangers().resets == junk.size());
  auto const before = server.endpoint.strangers().ignored;
  server.answer({std::vector<std::uint8_t>(20, 0x41), ecn::not_ect}, client_address);
  CHECK(server.endpoint.strangers().ignored == before + 1);
}

TEST_CASE("refusals to one address are limited in number", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.max_connections = 1; }};
  server.settle(*server.client(1));
  std::size_t answers = 0;
  for (std::uint16_t port = 2; port < 40; ++port) {
    auto const late = server.client(port);
    answers += server.answer(collect(*late, server.now).at(0), late->path().local).size();
  }
  CHECK(answers == reply_limiter::per_second_and_address);
}

TEST_CASE("a Retry token from another address ends the attempt at once", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.require_retry = true; }};
  auto const client = server.client(1);
  auto retry = server.answer(collect(*client, server.now).at(0), client->path().local);
  REQUIRE(retry.size() == 1);
  deliver(*client, retry[0], server.now);
  REQUIRE(client->retried());

  auto elsewhere = client->path().local;
  elsewhere.port = 999;
  auto refusal = server.answer(collect(*client, server.now).at(0), elsewhere);
  REQUIRE(refusal.size() == 1);
  deliver(*client, refusal[0], server.now);
  REQUIRE(client->close_reason());
  CHECK(client->close_reason()->code == number_of(error_code::invalid_token));
  CHECK(server.endpoint.connection_count() == 0);
}
