// SPDX-License-Identifier: BSL-1.0
#include <quoin/crypto/worker_pool.hpp>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <latch>

using namespace quoin;

TEST_CASE("a pool does every job once, those that wait at its end included", "[worker_pool]") {
  std::atomic<int> done{0};
  auto const on_other_thread = std::make_shared<std::atomic<bool>>(true);
  {
    worker_pool pool{3};
    for (auto i = 0; i < 100; ++i)
      CHECK(pool.post([&, self = std::this_thread::get_id()] {
        if (std::this_thread::get_id() == self) *on_other_thread = false;
        ++done;
      }));
  }
  CHECK(done == 100);
  CHECK(*on_other_thread);
}

TEST_CASE("a pool whose queue is full takes no more until there is room", "[worker_pool]") {
  std::latch begun{1};
  std::latch go_on{1};
  std::atomic<int> done{0};
  {
    worker_pool pool{1, 2};
    REQUIRE(pool.post([&] { begun.count_down(), go_on.wait(); }));
    begun.wait();
    CHECK(pool.post([&] { ++done; }));
    CHECK(pool.post([&] { ++done; }));
    CHECK_FALSE(pool.post([&] { ++done; }));
    go_on.count_down();
  }
  CHECK(done == 2);
}

TEST_CASE("a job may be the last that keeps its pool", "[worker_pool]") {
  std::latch go_on{1};
  std::latch done{2};
  auto pool = std::make_shared<worker_pool>(2);
  for (auto i = 0; i < 2; ++i) CHECK(pool->post([&go_on, &done, kept = pool] { go_on.wait(), done.count_down(); }));
  pool.reset();
  go_on.count_down();
  done.wait();
}

TEST_CASE("a pool needs a thread", "[worker_pool]") {
  CHECK_THROWS_AS(worker_pool{0}, std::invalid_argument);
}

TEST_CASE("a configuration takes any executor", "[worker_pool]") {
  std::latch done{1};
  auto const post = post_to(std::make_shared<worker_pool>(1));
  CHECK(post([&] { done.count_down(); }));
  done.wait();
}
