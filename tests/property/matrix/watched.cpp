// SPDX-License-Identifier: BSL-1.0
// A matrix in which nobody looks proves nothing: invariants are checked in every phase, with early data and after
// another version too.
#include "every_connection.hpp"
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace quoin::property;

TEST_CASE("all invariants are looked at in every phase", "[matrix]") {
  struct seen {
    std::uint64_t connections = 0;
    std::uint64_t packets = 0;
    std::uint64_t early = 0;
  };
  std::map<phase, seen> all;
  fault none;
  none.counted = [&all](invariants& watch, phase when) {
    ++all[when].connections;
    all[when].packets += watch.packets();
    all[when].early += watch.early_packets();
  };
  constexpr std::uint64_t seeds = 4;
  check_row(none, {}, seeds);
  for (auto const when : all_phases) {
    INFO(name_of(when));
    bool const early = when == phase::early_data;
    CHECK(all[when].connections == (early ? 2 : 1) * seeds);
    CHECK(all[when].packets > 5 * all[when].connections);
    CHECK((all[when].early > 0) == early);
  }
}
