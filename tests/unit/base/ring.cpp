// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/ring.hpp>

#include <catch2/catch_test_macros.hpp>

#include <deque>
#include <memory>
#include <random>

TEST_CASE("a ring behaves as a double-ended queue does", "[base]") {
  std::mt19937 random{7};
  quoin::ring<int> ring;
  std::deque<int> model;
  for (int step = 0; step < 5000; ++step) {
    if (auto const choice = random() % 5; choice < 3) {
      ring.push_back(step);
      model.push_back(step);
    } else if (!model.empty()) {
      if (choice == 3) {
        ring.pop_front();
        model.pop_front();
      } else {
        ring.pop_back();
        model.pop_back();
      }
    }
    REQUIRE(ring.size() == model.size());
    for (std::size_t i = 0; i < model.size(); i += 1 + model.size() / 7) REQUIRE(ring[i] == model[i]);
  }
}

TEST_CASE("a popped element lets go of what it held", "[base]") {
  auto const held = std::make_shared<int>(1);
  quoin::ring<std::shared_ptr<int>> ring;
  ring.push_back(held);
  ring.push_back(held);
  CHECK(held.use_count() == 3);
  ring.pop_front();
  CHECK(held.use_count() == 2);
  ring.clear();
  CHECK(held.use_count() == 1);
}

TEST_CASE("a ring that was moved from is empty and can be used again", "[base]") {
  quoin::ring<int> first{8};
  for (int i = 0; i < 12; ++i) first.push_back(i);
  quoin::ring<int> second{std::move(first)};
  CHECK(second.size() == 12);
  CHECK(second.back() == 11);
  CHECK(first.empty());
  first.push_back(40);
  CHECK(first.front() == 40);
  second = std::move(first);
  CHECK(second.size() == 1);
  CHECK(second.front() == 40);
  CHECK(first.capacity() == 0);
}
