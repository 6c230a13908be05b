// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("each end gives the other as many connection ids as it keeps", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  // RFC 9000 5.1.1: eight are active with the first.
  for (auto const side : {role::client, role::server}) {
    std::vector<std::uint64_t> issued;
    for (auto const& p : w.sent(side))
      for (auto const& f : p.frames)
        if (f.type == frame_type::new_connection_id) issued.push_back(f.id);
    CHECK(issued == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7});
    CHECK(w.of(side).connection_ids() == 8);
  }
}
