// SPDX-License-Identifier: BSL-1.0
#include <quoin/handshake/retry_integrity.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <vector>

#include "protections.hpp"

namespace {

using namespace quoin;

connection_id id_of(std::size_t size, std::uint8_t fill) {
  return *connection_id::from(std::vector<std::uint8_t>(size, fill));
}

TEMPLATE_LIST_TEST_CASE("A Retry tag holds for its packet, its version and its connection only", "[keys][rfc9001]",
                        test::protections) {
  std::vector<std::uint8_t> packet(60, 0xf0);
  auto const original = id_of(8, 7);
  auto const tag = retry_integrity_tag<TestType>(version::v1, original, packet);
  CHECK(retry_is_authentic<TestType>(version::v1, original, packet, tag));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v2, original, packet, tag));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, id_of(8, 6), packet, tag));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, id_of(7, 7), packet, tag));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, packet, byte_view(tag).first(15)));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, packet, {}));
  for (std::size_t i = 0; i < tag.size(); ++i) {
    auto wrong = tag;
    wrong[i] ^= 0x80;
    CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, packet, wrong));
  }
  for (std::size_t i = 0; i < packet.size(); ++i) {
    auto wrong = packet;
    wrong[i] ^= 1;
    CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, wrong, tag));
  }
}

TEMPLATE_LIST_TEST_CASE("Retry packets are believed up to their cap and no further", "[keys][rfc9001]",
                        test::protections) {
  auto const original = id_of(20, 1);
  std::vector<std::uint8_t> packet(retry_packet_max, 0xf0);
  auto const tag = retry_integrity_tag<TestType>(version::v1, original, packet);
  CHECK(retry_is_authentic<TestType>(version::v1, original, packet, tag));
  packet.push_back(0);
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, packet, tag));
  CHECK_FALSE(retry_is_authentic<TestType>(version::v1, original, std::vector<std::uint8_t>(65507), tag));
}

}  // namespace
