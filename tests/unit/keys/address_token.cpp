// SPDX-License-Identifier: BSL-1.0
#include <quoin/core/limits.hpp>
#include <quoin/handshake/address_token.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <vector>

#include "protections.hpp"

namespace {

using namespace quoin;
using namespace std::chrono_literals;
using token_bytes = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 32> secret{1, 2, 3};

token_keys keys_of(std::array<std::uint8_t, 32> const& current, std::uint8_t id = 0) {
  return {{id, current}, {}};
}

constexpr std::array<std::uint8_t, 16> random_bytes{9, 8, 7, 6, 5, 4, 3, 2, 1};
constexpr auto client = socket_address::v4(192, 0, 2, 1, 50000);
constexpr wall_time issued{1000s};

connection_id id_of(std::size_t size, std::uint8_t fill) {
  return *connection_id::from(token_bytes(size, fill));
}

template <class Sealer>
token_bytes retry_token(Sealer const& sealer, connection_id const& original = id_of(8, 1),
                        connection_id const& source = id_of(8, 2)) {
  token_bytes token(Sealer::retry_size);
  REQUIRE(sealer.make_retry(token, random_bytes, client, original, source, issued, version::v1) == token.size());
  return token;
}

template <class Sealer>
token_bytes new_token(Sealer const& sealer) {
  token_bytes token(Sealer::new_token_size);
  REQUIRE(sealer.make_new_token(token, random_bytes, client, issued, version::v1) == token.size());
  return token;
}

TEMPLATE_LIST_TEST_CASE("A Retry token brings back what was put into it", "[keys][rfc9000]", test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  for (std::size_t const size : std::initializer_list<std::size_t>{0, 1, 8, 20}) {
    auto const token = retry_token(sealer, id_of(size, 3), id_of(20 - size, 4));
    auto const opened = sealer.open(token, client, issued + 1s, version::v1);
    REQUIRE(opened);
    CHECK(opened->what == opened_token::kind::retry);
    CHECK(opened->original_destination == id_of(size, 3));
    CHECK(opened->retry_source == id_of(20 - size, 4));
    CHECK(opened->issued == issued);
  }
}

TEMPLATE_LIST_TEST_CASE("A token for later is bound to the address and not to the port", "[keys][rfc9000]",
                        test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  auto const token = new_token(sealer);
  auto moved = client;
  moved.port = 1;
  auto const opened = sealer.open(token, moved, issued + 1h, version::v1);
  REQUIRE(opened);
  CHECK(opened->what == opened_token::kind::new_token);
  CHECK(opened->issued == issued);
  moved.ip[3] ^= 1;
  CHECK_FALSE(sealer.open(token, moved, issued + 1h, version::v1));
  CHECK_FALSE(sealer.open(token, socket_address::v6(client.ip, client.port), issued + 1h, version::v1));
}

TEMPLATE_LIST_TEST_CASE("A Retry token is bound to address and port", "[keys][rfc9000][cve_class_token_binding]",
                        test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  auto const token = retry_token(sealer);
  auto moved = client;
  moved.port ^= 1;
  CHECK_FALSE(sealer.open(token, moved, issued, version::v1));
  moved = client;
  moved.ip[0] ^= 1;
  CHECK_FALSE(sealer.open(token, moved, issued, version::v1));
  CHECK(sealer.open(token, client, issued, version::v1));
}

TEMPLATE_LIST_TEST_CASE("Every byte of a token counts", "[keys][rfc9000]", test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  for (auto const& token : {retry_token(sealer), new_token(sealer)})
    for (std::size_t i = 0; i < token.size(); ++i)
      for (int bit = 0; bit < 8; ++bit) {
        auto forged = token;
        forged[i] = static_cast<std::uint8_t>(forged[i] ^ 1 << bit);
        REQUIRE_FALSE(sealer.open(forged, client, issued, version::v1));
      }
}

TEMPLATE_LIST_TEST_CASE("Tokens of every wrong length are refused", "[keys][rfc9000][cve_class_short_token]",
                        test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  for (auto const& whole : {retry_token(sealer), new_token(sealer)})
    for (std::size_t size = 0; size <= 300; ++size) {
      auto token = whole;
      token.resize(size);
      CHECK(sealer.open(token, client, issued, version::v1).has_value() == (size == whole.size()));
    }
}

TEMPLATE_LIST_TEST_CASE("Tokens expire and do not come from the future", "[keys][rfc9000][cve_class_token_binding]",
                        test::protections) {
  using sealer_type = token_sealer<TestType>;
  sealer_type const sealer(keys_of(secret));
  auto const retry = retry_token(sealer);
  CHECK(sealer.open(retry, client, issued + sealer_type::retry_lifetime, version::v1));
  CHECK_FALSE(sealer.open(retry, client, issued + sealer_type::retry_lifetime + 1ms, version::v1));
  CHECK_FALSE(sealer.open(retry, client, issued - sealer_type::calendar_tolerance - 1ms, version::v1));
  auto const later = new_token(sealer);
  CHECK(sealer.open(later, client, issued + sealer_type::new_token_lifetime, version::v1));
  CHECK_FALSE(sealer.open(later, client, issued + sealer_type::new_token_lifetime + 1ms, version::v1));
  CHECK_FALSE(sealer.open(later, client, issued - sealer_type::calendar_tolerance - 1ms, version::v1));
}

TEMPLATE_LIST_TEST_CASE("Tokens are good for one version and one secret", "[keys][rfc9000][rfc9369]",
                        test::protections) {
  token_sealer<TestType> const sealer(keys_of(secret));
  auto other_secret = secret;
  other_secret[31] ^= 1;
  token_sealer<TestType> const other(keys_of(other_secret));
  for (auto const& token : {retry_token(sealer), new_token(sealer)}) {
    CHECK(sealer.open(token, client, issued, version::v1));
    CHECK_FALSE(sealer.open(token, client, issued, version::v2));
    CHECK_FALSE(other.open(token, client, issued, version::v1));
  }
}

TEMPLATE_LIST_TEST_CASE("A token says which key it was made under", "[keys][rfc9000]", test::protections) {
  using sealer_type = token_sealer<TestType>;
  std::array<std::uint8_t, 32> const next_secret{4, 5, 6};
  sealer_type sealer(keys_of(secret, 7));
  auto const old = retry_token(sealer);

  sealer.use({{8, next_secret}, {{7, secret}}});
  auto const fresh = retry_token(sealer);
  CHECK(sealer.open(old, client, issued, version::v1));
  CHECK(sealer.open(fresh, client, issued, version::v1));

  sealer.use(keys_of(next_secret, 8));
  CHECK_FALSE(sealer.open(old, client, issued, version::v1));
  CHECK(sealer.open(fresh, client, issued, version::v1));

  // The same number for another secret is no key of theirs.
  sealer.use(keys_of(next_secret, 7));
  CHECK_FALSE(sealer.open(old, client, issued, version::v1));
}

TEMPLATE_LIST_TEST_CASE("Nothing that was put into a token can be read from it", "[keys][rfc9000]", test::protections) {
  // The stand-in of tests does not encrypt.
  if constexpr (std::is_same_v<TestType, null_protection>) return;
  token_sealer<TestType> const sealer(keys_of(secret));
  auto const shows = [](token_bytes const& token, token_bytes const& what) {
    return std::search(token.begin(), token.end(), what.begin(), what.end()) != token.end();
  };
  for (auto const& token : {new_token(sealer), retry_token(sealer)}) {
    CHECK_FALSE(shows(token, {192, 0, 2}));         // the address
    CHECK_FALSE(shows(token, {0xc3, 0x50}));        // the port
    CHECK_FALSE(shows(token, {0x0f, 0x42, 0x40}));  // the time in milliseconds
    CHECK_FALSE(shows(token, {1, 1, 1}));           // connection IDs
    CHECK_FALSE(shows(token, {2, 2, 2}));
  }
}

TEMPLATE_LIST_TEST_CASE("One kind of token cannot be passed off as the other", "[keys][rfc9000]", test::protections) {
  using sealer_type = token_sealer<TestType>;
  sealer_type const sealer(keys_of(secret));
  auto retry = retry_token(sealer);
  auto later = new_token(sealer);
  CHECK(sealer_type::claimed_kind(retry) == opened_token::kind::retry);
  CHECK(sealer_type::claimed_kind(later) == opened_token::kind::new_token);
  std::swap(retry[0], later[0]);
  CHECK_FALSE(sealer_type::claimed_kind(retry));
  CHECK_FALSE(sealer_type::claimed_kind(later));
  CHECK_FALSE(sealer.open(retry, client, issued, version::v1));
  CHECK_FALSE(sealer.open(later, client, issued, version::v1));
  CHECK_FALSE(sealer_type::claimed_kind({}));
}

TEMPLATE_LIST_TEST_CASE("Tokens differ as their random bytes do, and fit where tokens are kept", "[keys][rfc9000]",
                        test::protections) {
  using sealer_type = token_sealer<TestType>;
  sealer_type const sealer(keys_of(secret));
  CHECK(sealer_type::retry_size <= limits::token_size);
  token_bytes small(sealer_type::new_token_size);
  std::array<std::uint8_t, 8> const other_random{1};
  REQUIRE(sealer.make_new_token(small, other_random, client, issued, version::v1) == small.size());
  CHECK(small != new_token(sealer));
  CHECK(sealer.open(small, client, issued, version::v1));
  token_bytes little_room(sealer_type::new_token_size - 1);
  CHECK(sealer.make_new_token(little_room, random_bytes, client, issued, version::v1) == 0);
  CHECK(sealer.make_retry(small, random_bytes, client, {}, {}, issued, version::v1) == 0);
}

}  // namespace
