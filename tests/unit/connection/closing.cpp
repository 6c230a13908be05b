// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

TEST_CASE("answers while closing stay within three times what arrived", "[connection][rfc9000]") {
  testing::pair ends;
  ends.settle();
  ends.server->close(1, "a reason that makes the answer longer than the smallest packet that asks for it", ends.now);
  byte_count said = 0;
  for (auto const& one : testing::collect(*ends.server, ends.now)) said += one.bytes.size();
  REQUIRE(said > 0);

  byte_count received = 0;
  byte_count repeated = 0;
  for (int i = 0; i < 1000; ++i) {
    testing::letter forged{std::vector<std::uint8_t>(22, 0x41), ecn::not_ect};
    received += forged.bytes.size();
    testing::deliver(*ends.server, forged, ends.now);
    for (auto const& one : testing::collect(*ends.server, ends.now)) repeated += one.bytes.size();
    REQUIRE(repeated <= 3 * received);
  }
  CHECK(repeated > 0);
}

TEST_CASE("the first close is said in full, whatever arrived since it was decided", "[connection][rfc9000]") {
  testing::pair ends;
  ends.settle();
  ends.server->close(1, "a reason that is longer than three times the packet that comes in between the two calls",
                     ends.now);
  testing::letter small{std::vector<std::uint8_t>(22, 0x41), ecn::not_ect};
  testing::deliver(*ends.server, small, ends.now);
  auto closes = testing::collect(*ends.server, ends.now);
  REQUIRE(closes.size() == 1);
  testing::deliver(ends.client, closes[0], ends.now);
  REQUIRE(ends.client.close_reason());
  CHECK(ends.client.close_reason()->code == 1);
}

TEST_CASE("an attempt whose datagrams never left says so when it is given up", "[connection]") {
  for (bool const refused : {false, true}) {
    CAPTURE(refused);
    testing::pair alone;
    static_cast<void>(testing::collect(alone.client, alone.now));
    alone.client.note_send(refused ? send_status::unreachable : send_status::sent);
    alone.client.note_send(send_status::would_block);  // says nothing
    alone.now += std::chrono::seconds{30};
    alone.client.expire(alone.now);
    REQUIRE(alone.client.close_reason());
    CHECK(alone.client.close_reason()->origin == event::close_origin::handshake_timeout);
    CHECK(alone.client.close_reason()->detail.empty() == !refused);
  }
}
