// SPDX-License-Identifier: BSL-1.0
#include <quoin/buffer/datagram_queue.hpp>

#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <random>

using quoin::byte_view;
using quoin::datagram_queue;

namespace {

using bytes = std::vector<std::uint8_t>;

bytes some(std::size_t size, std::uint8_t first) {
  bytes made(size);
  for (std::size_t i = 0; i < size; ++i) made[i] = static_cast<std::uint8_t>(first + i);
  return made;
}

bytes front_of(datagram_queue const& queue) {
  auto const view = queue.front();
  return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("datagrams come out whole and in order", "[buffer][rfc9221]") {
  datagram_queue queue{10'000};
  CHECK(queue.empty());
  queue.push(some(100, 1));
  queue.push({});
  queue.push(some(3, 7));
  CHECK(queue.size() == 3);
  CHECK(queue.bytes() == 103);
  CHECK(front_of(queue) == some(100, 1));
  queue.pop();
  CHECK(queue.front().empty());
  queue.pop();
  CHECK(front_of(queue) == some(3, 7));
  queue.pop();
  CHECK(queue.empty());
  CHECK(queue.used() == 0);
}

TEST_CASE("a queue of datagrams has a cap that empty ones reach too", "[buffer][rfc9221]") {
  datagram_queue queue{1000};
  std::size_t count = 0;
  while (queue.has_room(0)) {
    queue.push({});
    ++count;
  }
  CHECK(count > 10);
  CHECK(count <= 1000 / 16);
  CHECK_FALSE(queue.has_room(1));
  CHECK(queue.could_hold(900));
  CHECK_FALSE(queue.could_hold(1000));
  CHECK_FALSE(datagram_queue{0}.has_room(0));
}

TEST_CASE("a queue of datagrams goes round in its memory", "[buffer]") {
  datagram_queue queue{5'000};
  std::deque<bytes> expected;
  std::mt19937_64 random{5};
  std::uint8_t next = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto const size = random() % 4 == 0 ? 0 : random() % 700;
    if (random() % 2 == 0 && queue.has_room(size)) {
      expected.push_back(some(size, next++));
      queue.push(expected.back());
    } else if (!queue.empty()) {
      REQUIRE(front_of(queue) == expected.front());
      queue.pop();
      expected.pop_front();
    }
    REQUIRE(queue.size() == expected.size());
  }
}
