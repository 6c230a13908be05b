// SPDX-License-Identifier: BSL-1.0
#include <quoin/base/interval_set.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/new_reno.hpp>

#include "rig.hpp"

#include <catch2/catch_template_test_macros.hpp>

#include <map>
#include <random>
#include <set>

using namespace quoin;
using namespace quoin::test;

namespace {

/// A network that loses, delays and reorders, and a peer that acknowledges whatever arrived, by a simple model.
template <class C>
struct run {
  basic_rig<C> r;
  std::mt19937 random;
  std::map<packet_number, byte_count> flight;  // what must be in flight
  std::set<packet_number> arrived;
  duration now{};

  explicit run(std::uint32_t seed) : random(seed) { r.machine.on_handshake_confirmed(); }

  void step() {
    now += std::chrono::microseconds{random() % 2000};
    switch (random() % 8) {
      case 0: r.send_ack_only(now, 3); break;
      case 1:
        if (random() % 4 == 0) r.machine.skip_number(application);
        break;
      case 2: acknowledge(); break;
      case 3:
        if (r.deadline() <= now) r.expire(now);
        break;
      default:
        if (r.machine.has_window(1200) || r.machine.probes_owed(application) > 0) {
          auto const number = r.send(now);
          flight[number] = 1200;
          if (random() % 10 != 0) arrived.insert(number);
        }
    }
    settle();
  }

  void acknowledge() {
    interval_set ranges;
    for (auto const number : arrived)
      if (random() % 8 != 0) ranges.insert({number, number + 1});
    if (ranges.empty()) return;
    ack frame{{ranges.back().begin, ranges.back().end - 1}};
    for (auto i = ranges.size() - 1; i-- > 0;) frame.ranges.emplace_back(ranges[i].begin, ranges[i].end - 1);
    REQUIRE(r.receive(now, frame));
    while (arrived.size() > 40) arrived.erase(arrived.begin());
  }

  void settle() {
    for (auto const number : r.sink.acked_packets) flight.erase(number);
    for (auto const number : r.sink.lost_numbers()) {
      REQUIRE(flight.contains(number));  // nothing is lost twice, or lost after it was acknowledged
      flight.erase(number);
    }
    r.sink = notes{};
    REQUIRE(r.machine.bytes_in_flight() == flight.size() * 1200);
    REQUIRE(r.machine.ack_eliciting_in_flight(application) == !flight.empty());
    REQUIRE((r.deadline() != no_deadline) == !flight.empty());
    REQUIRE(r.machine.window() >= 2400);
  }
};

}  // namespace

TEMPLATE_TEST_CASE("bytes in flight are those neither acknowledged nor lost", "[recovery]", new_reno, cubic,
                   fixed_window<40'000>) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    run<TestType> machine{seed};
    for (int i = 0; i < 3000; ++i) machine.step();
    // Everything settles in the end.
    for (int i = 0; i < 60 && !machine.flight.empty(); ++i) {
      machine.now = std::max(machine.now, machine.r.deadline());
      machine.r.expire(machine.now);
      auto const number = machine.r.send(machine.now);
      machine.flight[number] = 1200;
      machine.now += 20ms;
      REQUIRE(machine.r.receive(machine.now, {{number, number}}));
      machine.settle();
    }
    CHECK(machine.flight.empty());
  }
}
