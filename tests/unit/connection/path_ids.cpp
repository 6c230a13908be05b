// SPDX-License-Identifier: BSL-1.0
#include <quoin/connection/path_spaces.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/wire/frame/multipath.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

TEST_CASE("the maximum path ID ends at the largest that there is", "[connection][multipath]") {
  path_spaces<test_stack> spaces;
  auto const last = static_cast<std::uint32_t>(wire::path_id_max);
  spaces.negotiate(last - 1, 2);
  CHECK(spaces.raise_maximum());
  CHECK(spaces.maximum() == last);
  CHECK(std::exchange(spaces.max_path_id_owed, false));
  CHECK_FALSE(spaces.raise_maximum());
  CHECK(spaces.maximum() == last);
  CHECK_FALSE(spaces.max_path_id_owed);
}
