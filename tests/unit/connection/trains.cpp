// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// What `from` sends now, batch by batch; everything is delivered to `to`.
std::vector<std::vector<std::size_t>> trains(testing::connection_type& from, testing::connection_type& to,
                                             instant now) {
  std::vector<std::vector<std::size_t>> found;
  std::vector<std::uint8_t> room(65536);
  while (auto const out = from.transmit(room, now)) {
    auto& sizes = found.emplace_back();
    for (auto rest = out->bytes; !rest.empty();) {
      auto const one = rest.first(std::min(rest.size(), out->segment_size));
      sizes.push_back(one.size());
      rest = rest.subspan(one.size());
      testing::letter copy{{one.begin(), one.end()}, out->mark};
      testing::deliver(to, copy, now);
    }
  }
  return found;
}

}  // namespace

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
    auto const sent = trains(both.client, *both.server, both.now);
    CHECK(sent.size() == 1);
    CHECK(sent[0].back() < sent[0].front());  // nothing follows the last one, and it is not rounded up

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
