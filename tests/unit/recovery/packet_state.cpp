// SPDX-License-Identifier: BSL-1.0
// What controllers get that claim more than the minimum: states of packets, limits, bursts, ECT(1).
#include "rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

namespace {

/// Numbers its packets and writes down what becomes of them.
class follower : public fixed_window<1'000'000> {
 public:
  static constexpr feature_set<congestion_feature> features =
      feature_set<congestion_feature>{congestion_feature::packet_state} | congestion_feature::application_limits |
      congestion_feature::send_quantum | congestion_feature::l4s_marks;
  struct packet_state {
    unsigned ticket = 0;
  };
  struct told {
    packet_number number = 0;
    unsigned ticket = 0;
    bool late = false;
    bool operator==(told const&) const = default;
  };

  using fixed_window::fixed_window;
  void on_packet_sent(congestion_sent const&, packet_state& state) noexcept { state.ticket = ++tickets; }
  void on_packet_acked(congestion_packet const& packet, packet_state const& state) noexcept {
    acked.push_back({packet.number, state.ticket, packet.late});
  }
  void on_packet_lost(congestion_packet const& packet, packet_state const& state) noexcept {
    lost.push_back({packet.number, state.ticket, packet.late});
  }
  void on_application_limited(byte_count in_flight) noexcept { limited_at = in_flight; }
  [[nodiscard]] byte_count send_quantum() const noexcept { return 5000; }

  unsigned tickets = 100;
  std::vector<told> acked;
  std::vector<told> lost;
  byte_count limited_at = 0;
};

using following_rig = basic_rig<follower>;
using told = std::vector<follower::told>;

}  // namespace

TEST_CASE("each packet's state comes back with its fate", "[recovery]") {
  following_rig r;
  for (int i = 0; i < 6; ++i) r.send(0ms);
  r.send_ack_only(0ms, 3);
  REQUIRE(r.receive(50ms, {{5, 5}, {1, 1}}));
  auto const& seen = r.machine.controller();
  CHECK(seen.acked == told{{5, 106, false}, {1, 102, false}});
  CHECK(seen.lost == told{{0, 101, false}, {2, 103, false}});
}

TEST_CASE("a packet that arrives after it was declared lost is told as late", "[recovery]") {
  following_rig r;
  for (int i = 0; i < 4; ++i) r.send(0ms);
  REQUIRE(r.receive(50ms, {{3, 3}}));
  REQUIRE(r.receive(51ms, {{0, 3}}));
  auto const& seen = r.machine.controller();
  CHECK(seen.lost == told{{0, 101, false}});
  CHECK(seen.acked == told{{3, 104, false}, {0, 101, true}, {1, 102, false}, {2, 103, false}});
}

TEST_CASE("packets of an earlier path are not told to the new path's controller", "[recovery]") {
  following_rig r;
  for (int i = 0; i < 5; ++i) r.send(0ms);
  r.use_path(1);
  r.send(10ms);
  REQUIRE(r.receive(50ms, {{4, 5}}));
  auto const& seen = r.machine.controller();
  CHECK(seen.acked == told{{5, 101, false}});
  CHECK(seen.lost.empty());
}

TEST_CASE("a controller that asks is told when there is nothing more to send", "[recovery]") {
  following_rig r;
  r.send(0ms);
  r.machine.set_application_limited(false);
  CHECK(r.machine.controller().limited_at == 0);
  r.machine.set_application_limited(true);
  CHECK(r.machine.controller().limited_at == 1200);
}

TEST_CASE("a burst is as large as the controller says", "[recovery]") {
  following_rig r;
  r.send(0ms);
  REQUIRE(r.receive(50ms, {{0, 0}}));
  CHECK(r.machine.pacing_quantum() == 5000);
  CHECK(r.machine.pacing_budget(at(50ms)) == 10'000);
}

TEST_CASE("a controller of RFC 9331 has its packets marked ECT(1)", "[recovery]") {
  following_rig r;
  CHECK(r.machine.mark_for_next() == ecn::ect1);
  for (std::uint64_t i = 0; i < ecn_validation{ecn::ect1}.test_packets(); ++i) r.send(0ms, application, ecn::ect1);
  CHECK(r.machine.mark_for_next() == ecn::not_ect);
  REQUIRE(r.receive(50ms, ack{{0, 4}}.with({0, 4, 1})));
  CHECK(r.machine.ecn_validation_state() == ecn_state::capable);
  CHECK(r.machine.mark_for_next() == ecn::ect1);
  SECTION("counts of ECT(0) then show a path that rewrites marks") {
    REQUIRE(r.receive(51ms, ack{{0, 5}}.with({1, 4, 1})));
    CHECK(r.machine.ecn_validation_state() == ecn_state::failed);
  }
  SECTION("a mark that vanishes too") {
    REQUIRE(r.receive(51ms, ack{{0, 6}}.with({0, 5, 1})));
    CHECK(r.machine.ecn_validation_state() == ecn_state::failed);
  }
}
