// SPDX-License-Identifier: BSL-1.0
// Congestion that shows again and again within one flight, in every phase. That the window shrinks once in a round trip
// is checked by INV-19; here is what makes it shrink.
#include "invariants.hpp"
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>

using namespace quoin::property;

namespace {

using reductions_by_phase = std::map<phase, std::uint64_t>;

/// Counts how often windows became smaller, so that a row that never congests anything fails.
fault congestion(std::shared_ptr<reductions_by_phase> seen) {
  fault made;
  made.counted = [seen](invariants& watch, phase when) {
    for (auto const side : {role::client, role::server}) (*seen)[when] += watch.of_reductions().count(side);
  };
  return made;
}

}  // namespace

TEST_CASE("marks on every packet shrink the window once in a round trip, in every phase", "[matrix]") {
  auto const seen = std::make_shared<reductions_by_phase>();
  auto marks = congestion(seen);
  marks.begin = [](world& w, sim::random&) {
    for (auto* const link : {&w.uplink(), &w.downlink()}) link->settings.ce_marking = 1;
  };
  check_row(marks, {}, 10);
  for (auto const when : {phase::transfer, phase::migration, phase::key_update}) CHECK((*seen)[when] > 10);
}

TEST_CASE("losses, marks and late packets all over a flight shrink the window once in a round trip, in every phase",
          "[matrix]") {
  auto const seen = std::make_shared<reductions_by_phase>();
  auto mixed = congestion(seen);
  mixed.each = [](sim::datagram& d, bool, sim::random& chance) -> sim::verdict {
    if (d.mark != ecn::not_ect && chance.chance(0.3)) d.mark = ecn::ce;
    return {.drop = chance.chance(0.1), .later = chance.chance(0.2) ? chance.between(duration{}, 30ms) : duration{}};
  };
  check_row(mixed, {}, 20);
  for (auto const when : {phase::transfer, phase::migration, phase::key_update}) CHECK((*seen)[when] > 10);
}
