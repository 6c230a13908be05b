// SPDX-License-Identifier: BSL-1.0
#include <quoin/handshake/reset_token.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <set>
#include <vector>

#include "protections.hpp"

namespace {

using namespace quoin;

connection_id id_of(std::size_t size, std::uint8_t fill) {
  return *connection_id::from(std::vector<std::uint8_t>(size, fill));
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("A reset token comes from its secret and its ID, and from all of both",
                        "[keys][rfc9000][cve_class_token_from_id]", test::protections) {
  std::vector<std::uint8_t> secret(32, 0x5a);
  auto const token = make_reset_token<TestType>(secret, id_of(8, 7));
  // Whoever has lost everything but the secret makes it again.
  CHECK(make_reset_token<TestType>(secret, id_of(8, 7)) == token);
  std::set<stateless_reset_token> seen{token};
  for (std::size_t bit = 0; bit < 8 * secret.size(); ++bit) {
    auto other = secret;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ 1U << bit % 8);
    CHECK(seen.insert(make_reset_token<TestType>(other, id_of(8, 7))).second);
  }
  for (std::size_t bit = 0; bit < 64; ++bit) {
    std::vector<std::uint8_t> other(8, 7);
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ 1U << bit % 8);
    CHECK(seen.insert(make_reset_token<TestType>(secret, *connection_id::from(other))).second);
  }
  for (std::size_t size = 9; size <= connection_id::max_size; ++size)
    CHECK(seen.insert(make_reset_token<TestType>(secret, id_of(size, 7))).second);
}

TEMPLATE_LIST_TEST_CASE("A reset token is not what its secret gives for its ID alone",
                        "[keys][rfc9000][cve_class_token_from_id]", test::protections) {
  std::vector<std::uint8_t> const secret(32, 0x5a);
  auto const id = id_of(16, 7);
  // RFC 9000 10.3.2: another use of the secret, such as one that makes IDs, must not give the token away.
  stateless_reset_token bare{};
  TestType::kdf::expand(hash_algorithm::sha256, secret, id.view(), bare);
  CHECK(make_reset_token<TestType>(secret, id) != bare);
}
