// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>

#include <string>

using namespace quoin;
using namespace quoin::testing;

namespace {

bool is_retry(letter const& datagram) {
  return wire::read_retry(datagram.bytes).has_value();
}

}  // namespace

TEST_CASE("every client is sent a Retry, however many there are at one address", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.require_retry = true; }};
  for (std::uint16_t port = 1; port <= 50; ++port) {
    auto const client = server.client(port);
    server.settle(*client);
    CHECK(client->confirmed());
  }
}

TEST_CASE("an Initial with a Retry token that comes back later opens nothing", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.require_retry = true; }};
  auto const client = server.client(1);
  auto const carried = server.settle(*client);
  REQUIRE(client->confirmed());
  REQUIRE(carried.size() > 2);
  auto const& with_token = carried[1];
  REQUIRE_FALSE(wire::read_long_header(with_token.bytes)->token.empty());

  CHECK(server.answer(with_token, client->path().local).empty());
  CHECK(server.endpoint.connection_count() == 1);
}

TEST_CASE("a round trip that takes longer than a Retry token is good for needs one that is good for longer",
          "[endpoint][rfc9000]") {
  for (bool const longer : {false, true}) {
    server server{[&](auto& config) {
      config.require_retry = true;
      config.transport.handshake_timeout = std::chrono::seconds{60};
      if (longer) config.retry_token_lifetime = std::chrono::seconds{60};
    }};
    auto const client = server.client(1);
    auto const pass = [&](std::chrono::milliseconds time) { server.now += time; };
    // The datagrams of one end, a round trip later those of the other: as long as it takes.
    for (int round_trips = 0; round_trips < 4; ++round_trips) {
      auto const letters = collect(*client, server.now);
      pass(std::chrono::milliseconds{10'001});
      for (auto const& one : letters)
        for (auto& back : server.answer(one, client->path().local)) {
          arrival const at{client->path(), back.bytes, 0, back.mark};
          client->receive(at, server.now);
        }
    }
    CHECK(client->confirmed() == longer);
    CHECK(server.endpoint.strangers().bad_tokens == (longer ? 0 : 1));
    if (longer) continue;
    REQUIRE(client->close_reason());
    CHECK(client->close_reason()->code == static_cast<std::uint64_t>(error_code::invalid_token));
  }
}

TEST_CASE("how long a Retry token is good for has bounds", "[endpoint]") {
  for (auto const unusable : {std::chrono::seconds{0}, std::chrono::seconds{-1}, std::chrono::seconds{86'401}})
    CHECK_THROWS_WITH(
        server{[&](auto& config) { config.retry_token_lifetime = unusable; }},
        "endpoint_config::retry_token_lifetime is " + std::to_string(unusable.count()) + " s: use 1 s to 24 h");
  CHECK_NOTHROW(server{[](auto& config) { config.retry_token_lifetime = std::chrono::hours{24}; }});
}

TEST_CASE("a token of NEW_TOKEN proves an address once", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.max_unvalidated = 0; }};
  auto const first = server.client(1);
  server.settle(*first);
  auto const token = first->take_token();
  REQUIRE_FALSE(token.empty());

  auto const second = server.client(2, token);
  server.settle(*second);
  CHECK(second->confirmed());
  CHECK_FALSE(second->retried());

  auto const third = server.client(3, token);
  auto const answer = server.answer(collect(*third, server.now).at(0), third->path().local);
  REQUIRE(answer.size() == 1);
  CHECK(is_retry(answer[0]));
}

TEST_CASE("endpoints that share what they know of used tokens let each prove an address once", "[endpoint][rfc9000]") {
  for (bool const shared : {true, false}) {
    auto const known = shared ? std::make_shared<used_tokens>(hash_key{1, 2}) : nullptr;
    auto const adjust = [&](server::config& config) {
      config.max_unvalidated = 0;
      config.secret.fill(3);
      config.used_tokens = known;
    };
    server one{adjust};
    server other{adjust};
    auto const first = one.client(1);
    one.settle(*first);
    auto const token = first->take_token();
    REQUIRE_FALSE(token.empty());
    auto const second = one.client(2, token);
    one.settle(*second);
    CHECK(second->confirmed());
    CHECK_FALSE(second->retried());
    auto const third = other.client(3, token);
    other.settle(*third);
    CHECK(third->confirmed());
    CHECK(third->retried() == shared);
  }
}

TEST_CASE("an Initial that does not authenticate uses up no token", "[endpoint][rfc9000]") {
  server server{[](auto& config) { config.max_unvalidated = 0; }};
  auto const first = server.client(1);
  server.settle(*first);
  auto const client = server.client(2, first->take_token());
  auto letters = collect(*client, server.now);
  auto forged = letters.at(0);
  forged.bytes.back() ^= 1;
  CHECK(server.answer(forged, client->path().local).empty());
  CHECK(server.endpoint.connection_count() == 1);
  CHECK_FALSE(is_retry(server.answer(letters.at(0), client->path().local).at(0)));
}

TEST_CASE("Retry begins and ends at different numbers of strangers", "[endpoint][rfc9000]") {
  server server{[](auto& config) {
    config.max_unvalidated = 4;
    config.calm_unvalidated = 1;
  }};
  std::uint16_t port = 0;
  auto const is_retried = [&] {
    auto const client = server.client(++port);
    auto const answers = server.answer(collect(*client, server.now).at(0), client->path().local);
    REQUIRE_FALSE(answers.empty());
    return is_retry(answers[0]);
  };
  std::vector<std::unique_ptr<connection_type>> half_open;
  for (int i = 0; i < 4; ++i) CHECK_FALSE(is_retried());
  CHECK(is_retried());
  // They give up one by one; the last but one makes the house calm.
  for (int left = 3; left >= 0; --left) {
    auto one = true;
    server.endpoint.for_each_connection([&](connection_type& c) {
      if (!std::exchange(one, false)) return;
      c.close(0, "", server.now);
      server.endpoint.touch(c);
    });
    server.serve();
    server.now += std::chrono::seconds{10};
    server.serve();
    if (left != 0 && server.endpoint.connection_count() > 1) CHECK(is_retried());
  }
  CHECK(server.endpoint.connection_count() == 0);
  CHECK_FALSE(is_retried());
}

TEST_CASE("a client whose token is of no use is a stranger, and is sent three times its bytes", "[endpoint][rfc9000]") {
  auto const fleet = [](auto& config) { config.secret.fill(5); };
  server first{fleet};
  auto const earlier = first.client(1);
  first.settle(*earlier);
  auto const good = earlier->take_token();
  REQUIRE_FALSE(good.empty());
  // What a server of the same fleet sends to a client with this token that never answers.
  auto const bytes_sent_to = [&](std::vector<std::uint8_t> token, std::uint8_t host) {
    server other{fleet};
    auto start = pair::client_start({});
    start.path.local = socket_address::v4(192, 0, 2, host, 4000);
    start.token = std::move(token);
    connection_type client{std::move(start), other.now, seeded_entropy{3000}};
    std::size_t sent = 0;
    auto letters = collect(client, other.now);
    for (auto const& one : other.answer(letters.at(0), client.path().local)) sent += one.bytes.size();
    for (int i = 0; i < 40; ++i) {
      other.now += std::chrono::milliseconds{200};
      for (auto const& one : other.serve()) sent += one.bytes.size();
    }
    CHECK(sent > 0);
    return sent;
  };
  auto flipped = good;
  flipped[20] ^= 1;
  CHECK(bytes_sent_to(good, 1) > 3 * 1200);
  CHECK(bytes_sent_to(flipped, 1) <= 3 * 1200);
  CHECK(bytes_sent_to(good, 77) <= 3 * 1200);  // from elsewhere
  CHECK(bytes_sent_to({}, 1) <= 3 * 1200);
}

TEST_CASE("the newest used tokens are remembered and no more than the capacity", "[endpoint]") {
  used_tokens used{hash_key{1, 2}};
  auto const token = [](std::uint32_t number) {
    std::array<std::uint8_t, 4> bytes{};
    byte_writer{bytes}.u32(number);
    return bytes;
  };
  CHECK_FALSE(used.contains(token(0)));
  for (std::uint32_t i = 0; i < 4 * used_tokens::capacity; ++i) {
    used.add(token(i));
    REQUIRE(used.contains(token(i)));
  }
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < 4 * used_tokens::capacity; ++i) known += used.contains(token(i)) ? 1 : 0;
  CHECK(known == used_tokens::capacity);
}
