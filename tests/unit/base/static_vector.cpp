// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/static_vector.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <vector>

namespace {

using quoin::static_vector;

/// What a list of five numbers is after one of its three was taken out.
constexpr bool is_usable_at_compile_time() {
  static_vector<int, 5> list;
  list.push_back(1);
  list.emplace_back() = 2;
  bool const pushed = list.try_push_back(3);
  list.erase_at(1);
  static_vector<int, 5> same = list;
  return pushed && same == list && same.size() == 2 && same[0] == 1 && same.back() == 3;
}
static_assert(is_usable_at_compile_time());

struct with_a_value {
  int value = 7;
};

}  // namespace

TEST_CASE("a list takes as many elements as it says and keeps their order", "[base]") {
  static_vector<int, 4> list;
  for (int i = 0; i < 4; ++i) REQUIRE(list.try_push_back(10 * i));
  CHECK(list.full());
  CHECK(!list.try_push_back(40));
  list.erase_at(1);
  CHECK(std::vector<int>(list.begin(), list.end()) == std::vector<int>{0, 20, 30});
  list.push_back(50);
  CHECK(list.back() == 50);
}

TEST_CASE("a new element has its first value wherever another one lay", "[base]") {
  static_vector<with_a_value, 2> list;
  CHECK(list.emplace_back().value == 7);
  list[0].value = 8;
  list.clear();
  CHECK(list.emplace_back().value == 7);
}

TEST_CASE("an element that goes lets go of what it held", "[base]") {
  auto const held = std::make_shared<int>(1);
  static_vector<std::shared_ptr<int>, 3> list;
  for (int i = 0; i < 3; ++i) list.push_back(held);
  CHECK(held.use_count() == 4);
  list.erase_at(0);
  CHECK(held.use_count() == 3);
  list.clear();
  CHECK(held.use_count() == 1);
}
