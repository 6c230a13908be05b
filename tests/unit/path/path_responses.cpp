// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/path_responses.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

quoin::path_challenge_data challenge(int number) {
  return {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)};
}

quoin::network_path path_from(std::uint16_t port) {
  return {quoin::socket_address::v4(127, 0, 0, 1, 443), quoin::socket_address::v4(127, 0, 0, 1, port)};
}

}  // namespace

TEST_CASE("each challenge is answered once, in order, on its own path", "[path][rfc9000]") {
  quoin::path_responses responses;
  CHECK(responses.empty());
  responses.owe(challenge(1), path_from(1001));
  responses.owe(challenge(2), path_from(1002));
  REQUIRE(responses.size() == 2);
  CHECK(responses[0].data == challenge(1));
  CHECK(responses[0].path == path_from(1001));
  responses.erase_at(0);
  CHECK(responses[0].data == challenge(2));
  CHECK(responses[0].path == path_from(1002));
  responses.erase_at(0);
  CHECK(responses.empty());
}

TEST_CASE("a flood of challenges is answered for the newest only", "[path][rfc9000]") {
  constexpr int cap = static_cast<int>(quoin::limits::path_responses);
  quoin::path_responses responses;
  for (int i = 0; i < cap; ++i) responses.owe(challenge(i));
  CHECK(responses[0].data == challenge(0));
  responses.owe(challenge(cap));
  CHECK(responses.size() == quoin::limits::path_responses);
  CHECK(responses[0].data == challenge(1));

  for (int i = cap + 1; i < 10'000; ++i) responses.owe(challenge(i));
  REQUIRE(responses.size() == quoin::limits::path_responses);
  for (int i = 10'000 - cap; i < 10'000; ++i) {
    CHECK(responses[0].data == challenge(i));
    responses.erase_at(0);
  }
  CHECK(responses.empty());
}
