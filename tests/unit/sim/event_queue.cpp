// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/event_queue.hpp>
#include <quoin/sim/random.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <memory>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("things come out in the order of their instants", "[sim]") {
  sim::event_queue<int> queue;
  CHECK(queue.empty());
  CHECK(queue.deadline() == never);
  queue.push(instant{3s}, 3);
  queue.push(instant{1s}, 1);
  queue.push(instant{2s}, 2);
  CHECK(queue.deadline() == instant{1s});
  CHECK(queue.pop() == 1);
  CHECK(queue.pop() == 2);
  CHECK(queue.pop() == 3);
  CHECK(queue.empty());
}

TEST_CASE("things of one instant come out in the order in which they went in", "[sim]") {
  sim::event_queue<int> queue;
  for (int i = 0; i < 1000; ++i) queue.push(instant{1s}, i);
  for (int i = 0; i < 1000; ++i) REQUIRE(queue.pop() == i);
}

TEST_CASE("an event queue behaves as a stable multimap does", "[sim]") {
  sim::random chance{3};
  sim::event_queue<int> queue;
  std::multimap<instant, int> model;
  for (int step = 0; step < 20'000; ++step) {
    if (model.empty() || chance.below(3) < 2) {
      auto const at = instant{duration{static_cast<duration::rep>(chance.below(50))}};
      queue.push(at, step);
      model.emplace(at, step);
    } else {
      REQUIRE(queue.deadline() == model.begin()->first);
      REQUIRE(queue.pop() == model.begin()->second);
      model.erase(model.begin());
    }
    REQUIRE(queue.size() == model.size());
  }
}

TEST_CASE("an event queue holds things that can only be moved", "[sim]") {
  sim::event_queue<std::unique_ptr<int>> queue;
  queue.push(instant{2s}, std::make_unique<int>(2));
  queue.push(instant{1s}, std::make_unique<int>(1));
  CHECK(*queue.pop() == 1);
  CHECK(*queue.pop() == 2);
}
