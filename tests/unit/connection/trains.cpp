// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("small streams that leave gaps in datagrams leave in one train all the same", "[connection]") {
  testing::pair both;
  both.settle();
  both.now += 1s;
  both.settle();
  REQUIRE(both.client.confirmed());

  // Whatever a datagram's size is, some of these leave a few bytes of it, in which no other stream can begin.
  for (std::size_t size = 440; size < 500; ++size) {
    INFO("streams of " << size << " bytes");
    std::vector<stream_id> ids;
    for (std::size_t i = 0; i < 8; ++i) {
      auto const id = both.client.open(stream_direction::bidirectional);
      REQUIRE(id);
      REQUIRE(both.client.write(*id, std::vector<std::uint8_t>(size, static_cast<std::uint8_t>('a' + i))));
      REQUIRE(both.client.finish(*id));
      ids.push_back(*id);
    }
    auto sent = testing::collect_batches(both.client, both.now);
    CHECK(sent.size() == 1);
    // nothing follows the last one, and it is not rounded up
    CHECK(sent[0].back().bytes.size() < sent[0].front().bytes.size());
    for (auto& batch : sent)
      for (auto& one : batch) testing::deliver(*both.server, one, both.now);

    for (std::size_t i = 0; i < ids.size(); ++i) {
      std::vector<std::uint8_t> room(2000);
      auto const got = both.server->read(ids[i], room, both.now);
      REQUIRE(got);
      CHECK(got->fin);
      CHECK(got->size == size);
      CHECK(std::all_of(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got->size),
                        [i](std::uint8_t byte) { return byte == 'a' + i; }));
      REQUIRE(both.server->finish(ids[i]));
    }
    both.now += 100ms;
    both.settle();
    std::vector<std::uint8_t> none(1);
    for (auto const id : ids) REQUIRE(both.client.read(id, none, both.now));
    both.settle();
  }
}
