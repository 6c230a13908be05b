// SPDX-License-Identifier: BSL-1.0
// The keys of address tokens change, by the calendar or by hand, and no client notices.
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;

namespace {

using mint = token_mint<null_protection>;
using sealer = token_sealer<null_protection>;

constexpr std::array<std::uint8_t, 32> secret{1, 2, 3};
constexpr std::array<std::uint8_t, 16> random_bytes{9, 8, 7};
/// A day's first moment.
constexpr wall_time midnight{20'000 * 24h};

std::vector<std::uint8_t> token_of(mint& from, wall_time at) {
  std::vector<std::uint8_t> token(sealer::new_token_size);
  REQUIRE(from.at(at).make_new_token(token, random_bytes, client_address, at, version::v1) == token.size());
  return token;
}

bool is_good(mint& at_server, std::vector<std::uint8_t> const& token, wall_time at) {
  return at_server.at(at).open(token, client_address, at, version::v1).has_value();
}

}  // namespace

TEST_CASE("tokens are made under another key every day and outlive it", "[endpoint][rfc9000]") {
  mint ours{secret, std::nullopt};
  auto const evening = token_of(ours, midnight - 1s);
  auto const morning = token_of(ours, midnight);
  CHECK(evening[1] != morning[1]);
  CHECK(is_good(ours, evening, midnight + 12h));
  CHECK(is_good(ours, morning, midnight + 24h));
  CHECK_FALSE(is_good(ours, morning, midnight + 24h + 1ms));
  CHECK_FALSE(is_good(ours, evening, midnight + 48h));
}

TEST_CASE("endpoints that share a secret believe each other's tokens though their clocks differ a little",
          "[endpoint][rfc9000]") {
  mint one{secret, std::nullopt};
  mint other{secret, std::nullopt};
  mint stranger{{4}, std::nullopt};
  auto const token = token_of(one, midnight + 1s);
  CHECK(is_good(other, token, midnight - 1s));  // made tomorrow
  CHECK(is_good(other, token, midnight + 20h));
  CHECK_FALSE(is_good(other, token, midnight - 5s));
  CHECK_FALSE(is_good(stranger, token, midnight + 1s));
}

TEST_CASE("keys that the application gives are the only ones", "[endpoint][rfc9000]") {
  mint ours{secret, token_keys{{1, {7}}, {}}};
  auto const first = token_of(ours, midnight);
  CHECK(first[1] == 1);
  ours.use({{2, {8}}, {{1, {7}}}});
  CHECK(token_of(ours, midnight)[1] == 2);
  CHECK(is_good(ours, first, midnight + 1h));
  ours.use({{2, {8}}, {}});
  CHECK_FALSE(is_good(ours, first, midnight + 1h));
  mint by_the_day{secret, std::nullopt};
  CHECK_FALSE(is_good(ours, token_of(by_the_day, midnight), midnight));
}

TEST_CASE("a client's token is good at every server of a fleet, and under the keys before the last",
          "[endpoint][rfc9000]") {
  auto const fleet = [](auto& config) {
    config.max_unvalidated = 0;
    config.secret.fill(5);
  };
  server first{fleet};
  auto const before = first.client(1);
  first.settle(*before);
  auto const token = before->take_token();
  REQUIRE_FALSE(token.empty());

  auto const is_believed = [&](server& by, std::uint16_t port) {
    auto const later = by.client(port, token);
    by.settle(*later);
    CHECK(later->confirmed());
    return !later->retried();
  };
  server second{fleet};
  CHECK(is_believed(second, 2));
  server third{fleet};
  third.now += 23h;
  CHECK(is_believed(third, 2));
  server changed{fleet};
  changed.endpoint.set_token_keys({{9, {6}}, {}});
  CHECK_FALSE(is_believed(changed, 2));
}

TEST_CASE("a fleet's Retry is followed to another of its servers", "[endpoint][rfc9000]") {
  auto const fleet = [](auto& config) {
    config.require_retry = true;
    config.token_keys = token_keys{{3, {5}}, {}};
  };
  server first{fleet};
  server second{[&](auto& config) {
    fleet(config);
    config.token_keys = token_keys{{4, {6}}, {{3, {5}}}};
  }};
  auto const client = first.client(1);
  auto retry = first.answer(collect(*client, first.now).at(0), client->path().local);
  REQUIRE(retry.size() == 1);
  deliver(*client, retry[0], first.now);
  second.settle(*client);
  CHECK(client->confirmed());
}

TEST_CASE("a token that a client is given is one of the version that was negotiated", "[endpoint][rfc9369][v1]") {
  server server{[](auto& config) { config.max_unvalidated = 0; }};
  transport_settings likes_v2;
  likes_v2.versions = {version::v2, version::v1};
  auto const client_of = [&](std::uint16_t port, version first, std::vector<std::uint8_t> token) {
    auto start = pair::client_start(likes_v2);
    start.version = first;
    start.path.local.port = port;
    start.token = std::move(token);
    return std::make_unique<connection_type>(std::move(start), server.now, seeded_entropy{std::uint64_t{2000} + port});
  };
  auto const changed = client_of(1, version::v1, {});
  server.settle(*changed);
  REQUIRE(changed->version() == version::v2);
  auto const token = changed->take_token();

  auto const in_v1 = client_of(2, version::v1, token);
  server.settle(*in_v1);
  CHECK(in_v1->retried());
  auto const in_v2 = client_of(3, version::v2, token);
  server.settle(*in_v2);
  CHECK_FALSE(in_v2->retried());
  CHECK(in_v2->confirmed());
}
