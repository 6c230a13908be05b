// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

TEST_CASE("codes that no frame can carry are sent as the largest one", "[connection][rfc9000]") {
  constexpr auto largest = ~std::uint64_t{0};
  testing::pair both;
  both.settle();
  auto const id = both.client.open(stream_direction::bidirectional);
  REQUIRE(id);
  REQUIRE(both.client.write(*id, as_bytes("x")));
  both.settle();
  REQUIRE(both.client.reset(*id, largest));
  REQUIRE(both.client.stop_sending(*id, largest));
  both.settle();
  std::size_t told = 0;
  while (auto const event = both.server->next_event()) told += event->code == varint_max ? 1 : 0;
  CHECK(told == 2);

  both.client.close(largest, "", both.now);
  both.settle();
  REQUIRE(both.server->close_reason());
  CHECK(both.server->close_reason()->code == varint_max);
}
