// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/interval_set.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <random>
#include <set>
#include <utility>
#include <vector>

using quoin::interval;
using quoin::interval_set;

TEST_CASE("an interval set joins what touches and keeps apart what does not", "[base]") {
  interval_set set;
  set.insert({10, 20});
  set.insert({30, 40});
  REQUIRE(set.size() == 2);
  set.insert({20, 30});
  REQUIRE(set.size() == 1);
  CHECK(set.front() == interval{10, 40});
  set.insert({0, 5});
  CHECK(set.front() == interval{0, 5});
  set.insert({7, 7});
  CHECK(set.size() == 2);
}

TEST_CASE("erasing from the middle of an interval splits it", "[base]") {
  interval_set set;
  set.insert({0, 100});
  set.erase({40, 60});
  REQUIRE(set.size() == 2);
  CHECK(set.covers({0, 40}));
  CHECK_FALSE(set.contains(40));
  CHECK_FALSE(set.contains(59));
  CHECK(set.contains(60));
}

namespace {

std::uintptr_t place_of_last(interval_set const& set) {
  return reinterpret_cast<std::uintptr_t>(&set.back());
}

}  // namespace

TEST_CASE("an interval set is used up from its front without moving what is left", "[base]") {
  interval_set set;
  for (std::uint64_t n = 0; n < 64; ++n) set.insert({10 * n, 10 * n + 5});
  auto const last = place_of_last(set);
  set.pop_front();
  CHECK(place_of_last(set) == last);
  set.erase({10, 15});  // what of it was lost is sent again
  CHECK(place_of_last(set) == last);
  set.erase({0, 302});  // what the peer knows that we know
  CHECK(place_of_last(set) == last);
  REQUIRE(set.size() == 34);
  CHECK(set.front() == interval{302, 305});
  CHECK(set[1] == interval{310, 315});
}

TEST_CASE("what comes back near the front of an interval set moves little", "[base]") {
  interval_set set;
  for (std::uint64_t n = 0; n < 64; ++n) set.insert({10 * n, 10 * n + 5});
  set.erase({0, 100});
  auto const last = place_of_last(set);
  set.insert({50, 55});  // sent again and lost again
  set.insert({105, 110});
  CHECK(place_of_last(set) == last);
  REQUIRE(set.size() == 54);
  CHECK(set.front() == interval{50, 55});
  CHECK(set[1] == interval{100, 115});
  set.erase({112, 113});
  CHECK(place_of_last(set) == last);
  CHECK(set[1] == interval{100, 112});
  CHECK(set[2] == interval{113, 115});
}

TEST_CASE("the work of a queue of intervals does not grow with its length", "[base]") {
  constexpr std::uint64_t length = 1'000;
  constexpr std::uint64_t steps = 100'000;
  interval_set set;
  for (std::uint64_t n = 0; n < length; ++n) set.insert({2 * n, 2 * n + 1});
  std::size_t moved = 0;
  for (std::uint64_t n = length; n < length + steps; ++n) {
    auto const before = place_of_last(set);
    if (n % 2 == 0)
      set.pop_front();
    else
      set.erase(set.front());
    moved += place_of_last(set) == before ? 0 : set.size();
    auto const next = place_of_last(set) + sizeof(interval);
    set.insert({2 * n, 2 * n + 1});
    moved += place_of_last(set) == next ? 0 : set.size();
  }
  REQUIRE(set.size() == length);
  CHECK(set.front() == interval{2 * steps, 2 * steps + 1});
  CHECK(moved < 5 * steps);
}

TEST_CASE("an interval set that was moved from or emptied can be filled again", "[base]") {
  interval_set set;
  for (std::uint64_t n = 0; n < 8; ++n) set.insert({2 * n, 2 * n + 1});
  set.pop_front();
  interval_set copied = set;
  interval_set moved{std::move(set)};
  CHECK(copied.size() == 7);
  CHECK(moved.size() == 7);
  CHECK(moved.front() == interval{2, 3});
  set = interval_set{};
  CHECK(set.empty());
  set.insert({5, 6});
  CHECK(set.front() == interval{5, 6});
  set = std::move(moved);
  CHECK(set.front() == interval{2, 3});
  while (!set.empty()) set.pop_front();
  CHECK(set.size() == 0);
  CHECK(set.begin() == set.end());
  set.insert({1, 2});
  CHECK(set.size() == 1);
  copied.clear();
  copied.insert({1, 2});
  CHECK(copied.front() == interval{1, 2});
}

namespace {

/// The same as an interval set, number by number.
class model {
 public:
  void insert(interval added) {
    for (auto n = added.begin; n < added.end; ++n) numbers_.insert(n);
  }
  void erase(interval removed) {
    numbers_.erase(numbers_.lower_bound(removed.begin), numbers_.lower_bound(removed.end));
  }
  void pop_front() {
    auto n = *numbers_.begin();
    while (numbers_.erase(n) == 1) ++n;
  }
  [[nodiscard]] bool covers(interval asked) const {
    for (auto n = asked.begin; n < asked.end; ++n)
      if (!numbers_.contains(n)) return false;
    return true;
  }
  [[nodiscard]] std::vector<interval> intervals() const {
    std::vector<interval> found;
    for (auto const n : numbers_)
      if (!found.empty() && found.back().end == n)
        ++found.back().end;
      else
        found.push_back({n, n + 1});
    return found;
  }

 private:
  std::set<std::uint64_t> numbers_;
};

void check_same(interval_set const& set, model const& expected) {
  auto const intervals = expected.intervals();
  REQUIRE(std::vector<interval>(set.begin(), set.end()) == intervals);
  REQUIRE(set.size() == intervals.size());
  REQUIRE(set.empty() == intervals.empty());
  for (std::size_t i = 0; i < intervals.size(); ++i) REQUIRE(set[i] == intervals[i]);
  if (intervals.empty()) return;
  REQUIRE(set.front() == intervals.front());
  REQUIRE(set.back() == intervals.back());
}

}  // namespace

TEST_CASE("an interval set agrees with a set of numbers under random operations", "[base]") {
  // Numbers from a range that stays where it is, or that moves on as packet numbers and offsets do.
  for (auto const drift : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7}}) {
    std::mt19937 random{20};
    for (int round = 0; round < 100; ++round) {
      interval_set set;
      model expected;
      auto const pops = 4 + random() % 20;
      for (std::uint64_t step = 0; step < 150; ++step) {
        auto const base = step * drift;
        std::uint64_t const begin = base + random() % 80;
        interval const range{begin, begin + random() % (random() % 8 == 0 ? 60 : 5)};
        if (!set.empty() && random() % pops == 0) {
          set.pop_front();
          expected.pop_front();
        } else if (random() % 3 != 0) {
          set.insert(range);
          expected.insert(range);
        } else {
          set.erase(range);
          expected.erase(range);
        }
        check_same(set, expected);
        std::uint64_t const from = base + random() % 92;
        interval const asked{from, from + random() % 6};
        REQUIRE(set.covers(asked) == expected.covers(asked));
        REQUIRE(set.contains(from) == expected.covers({from, from + 1}));
      }
    }
  }
}
