// SPDX-License-Identifier: BSL-1.0
// The example test cases of draft-ietf-ccwg-bbr, appendix A: the way from state to state.
#include "bbr_rig.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("startup ends three rounds after the bandwidth stops growing", "[bbr]") {
  bbr_run r;
  unsigned count = 0;
  r.sender.on_ack = [&] { count = std::max(count, r.model().full_bandwidth_count); };
  REQUIRE(r.reaches(phase::drain));
  CHECK(count == 3);
  CHECK(r.model().full_bandwidth_now);
  CHECK(r.model().full_bandwidth_reached);
  CHECK(r.megabits() > 9.8);
  CHECK(r.megabits() < 10.2);
  CHECK(r.model().round_count <= 10);  // 12 kB to 50 kB in flight are three doublings, and the queue one more
}

TEST_CASE("much loss ends startup even when the application limits the rate", "[bbr]") {
  bbr_run r{100, 100ms};
  r.sender.offer(12'000, 10ms);
  r.network.run(1s);
  REQUIRE(r.now_in() == phase::startup);
  r.network.link.settings.loss.probability = 0.15;
  REQUIRE(r.leaves(phase::startup, 2s));  // there is nothing to drain
  CHECK(r.model().full_bandwidth_now);
  CHECK(r.model().full_bandwidth_reached);
  CHECK(r.model().inflight_longterm != bbr_model::unlimited);
}

TEST_CASE("a little loss does not end startup", "[bbr]") {
  bbr_run r{100, 100ms};
  r.sender.offer(12'000, 10ms);
  r.network.link.settings.loss.probability = 0.005;
  r.network.run(4s);
  CHECK(r.now_in() == phase::startup);
}

TEST_CASE("drain ends when no more is in flight than the path holds", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::drain));
  CHECK(bbr_model::pacing_gain(r.now_in()) == 0.5);
  REQUIRE(r.model().in_flight > bbr_model::inflight(r.model(), r.model().bandwidth, 1));
  r.network.run(1ms);
  CHECK(r.pacing_megabits() < 0.51 * r.megabits());
  byte_count in_flight = 0;
  r.sender.on_ack = [&] {
    if (in_flight == 0 && r.now_in() != phase::drain) in_flight = r.model().in_flight;
  };
  REQUIRE(r.leaves(phase::drain));
  CHECK(bbr_model::is_probe_bw(r.now_in()));
  CHECK(in_flight <= bbr_model::inflight(r.model(), r.model().bandwidth, 1));
  CHECK(r.model().round_count <= r.model().drain_start_round + 2);
}

TEST_CASE("drain ends after three rounds when the bandwidth was overestimated", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::drain));
  r.set_megabits(4);  // what drain sends is more than the path takes
  auto const begun = r.model().drain_start_round;
  REQUIRE(r.leaves(phase::drain));
  CHECK(bbr_model::is_probe_bw(r.now_in()));
  CHECK(r.model().round_count == begun + 4);
  CHECK(r.model().in_flight > bbr_model::inflight(r.model(), r.model().bandwidth, 1));
}

TEST_CASE("the cycle goes down, cruises, refills and goes up", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  std::vector<phase> seen{phase::probe_bw_cruise};
  r.sender.on_ack = [&] {
    if (seen.back() != r.now_in()) seen.push_back(r.now_in());
  };
  r.network.run(3s);
  CHECK(seen == std::vector{phase::probe_bw_cruise, phase::probe_bw_refill, phase::probe_bw_up, phase::probe_bw_down,
                            phase::probe_bw_cruise});
}

TEST_CASE("a probe ends when the bandwidth stops growing for three rounds", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  auto const begun = r.model().round_count;
  r.network.run(1ms);
  CHECK(r.pacing_megabits() > 1.2 * r.megabits());
  REQUIRE(r.leaves(phase::probe_bw_up));
  CHECK(r.now_in() == phase::probe_bw_down);
  CHECK(r.model().full_bandwidth_now);
  CHECK(r.model().round_count == begun + 3);
  CHECK(r.sender.machine.statistics().packets_lost == 0);
}

TEST_CASE("a probe ends on loss even when the application limits the rate", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  r.sender.offer(5 * packet_size, 5ms);
  r.network.link.settings.loss.probability = 0.2;
  REQUIRE(r.leaves(phase::probe_bw_up, 1s));
  CHECK(r.now_in() == phase::probe_bw_down);
  CHECK(r.model().previous_probe_too_high);
  CHECK_FALSE(r.model().full_bandwidth_now);
}

TEST_CASE("a sender that the application limits stays in startup, but for its pauses", "[bbr]") {
  bbr_run r;
  r.sender.offer(packet_size, 5ms);
  std::vector<phase> seen{phase::startup};
  r.sender.on_ack = [&] {
    if (seen.back() != r.now_in()) seen.push_back(r.now_in());
  };
  r.network.run(20s);
  CHECK_FALSE(r.model().full_bandwidth_reached);
  // The round trip is measured anew every five seconds, and then the search goes on.
  REQUIRE(seen.size() >= 3);
  for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == (i % 2 == 0 ? phase::startup : phase::probe_rtt));
}

TEST_CASE("a sender that the application limits stays in a probe", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  r.sender.offer(packet_size, 5ms);
  r.network.run(1500ms);
  CHECK(r.now_in() == phase::probe_bw_up);
}

TEST_CASE("going down ends when there is headroom and no queue", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  REQUIRE(r.reaches(phase::probe_bw_down));
  r.network.run(1ms);
  CHECK(r.pacing_megabits() < 0.91 * r.megabits());
  auto const& m = r.model();
  byte_count in_flight = 0;
  r.sender.on_ack = [&] {
    if (in_flight == 0 && r.now_in() != phase::probe_bw_down) in_flight = m.in_flight;
  };
  REQUIRE(r.leaves(phase::probe_bw_down));
  CHECK(r.now_in() == phase::probe_bw_cruise);
  CHECK(in_flight <= bbr_model::inflight_with_headroom(m));
  CHECK(in_flight <= bbr_model::inflight(m, m.max_bandwidth.largest(), 1));
}

TEST_CASE("going down ends after its time even when the queue stays", "[bbr]") {
  bbr_run r{10, 20ms};
  REQUIRE(r.reaches(phase::probe_bw_up));
  REQUIRE(r.reaches(phase::probe_bw_down));
  r.set_megabits(9);
  REQUIRE(r.leaves(phase::probe_bw_down));
  CHECK(r.now_in() == phase::probe_bw_refill);
}

TEST_CASE("every five seconds little is put in flight for a fifth of a second", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_rtt));
  CHECK(r.network.elapsed() > 5s);
  CHECK(r.network.elapsed() < 5500ms);
  auto const entered = r.network.now();
  auto least = bbr_model::unlimited;
  r.sender.on_ack = [&] { least = std::min(least, r.model().in_flight); };
  REQUIRE(r.leaves(phase::probe_rtt));
  CHECK(r.network.now() - entered >= 200ms);
  CHECK(r.network.now() - entered < 400ms);
  CHECK(least <= bdp_of(10, 42ms) / 2);
  CHECK(r.now_in() == phase::probe_bw_cruise);
  CHECK(r.goodput(1s) > 9);
  auto const next = r.network.now();
  REQUIRE(r.reaches(phase::probe_rtt));
  CHECK(r.network.now() - next < 5s);
}

TEST_CASE("who was silent need not empty the path once more", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  r.sender.to_send = 0;
  r.network.run(6s);
  REQUIRE(r.sender.machine.bytes_in_flight() == 0);
  r.resume();
  CHECK(r.model().idle_restart);
  CHECK(r.pacing_megabits() > 0.98 * r.megabits());
  CHECK(r.pacing_megabits() < r.megabits());
  bool paused = false;
  r.sender.on_ack = [&] { paused = paused || r.now_in() == phase::probe_rtt; };
  CHECK(r.goodput(2s) > 9);
  CHECK_FALSE(paused);
}

TEST_CASE("an application that pauses in refill leaves the bandwidth as it is known", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_refill));
  auto const known = r.sender.controller().bandwidth();
  r.sender.offer(packet_size, 10ms);
  REQUIRE(r.leaves(phase::probe_bw_refill));
  CHECK(r.now_in() == phase::probe_bw_up);
  CHECK(r.sender.controller().bandwidth() == known);
  r.resume();
  REQUIRE(r.leaves(phase::probe_bw_up));
  CHECK(r.now_in() == phase::probe_bw_down);
  CHECK(r.sender.controller().bandwidth() >= known);
}
