// SPDX-License-Identifier: BSL-1.0
// The example test cases of draft-ietf-ccwg-bbr, appendix A: what paths do, and what loss means.
#include "bbr_rig.hpp"

#include <quoin/congestion/cubic.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::test;

TEST_CASE("acknowledgements that come in bunches do not hide the bandwidth", "[bbr]") {
  bbr_run r;
  r.network.ack_batch = 20ms;
  REQUIRE(r.reaches(phase::drain));
  CHECK(r.megabits() > 9.8);
  CHECK(r.megabits() < 12.5);
  CHECK(r.model().extra_acked.largest() > 4 * packet_size);
  CHECK(r.sender.controller().window() > 2 * bdp_of(10, r.round_trip));
}

TEST_CASE("the window covers silences between acknowledgements", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  r.network.ack_batch = 30ms;
  r.network.run(1s);
  CHECK(r.model().extra_acked.largest() > 10 * packet_size);
  CHECK(r.goodput(3s) > 9);
}

TEST_CASE("a path that holds less than a packet is used with four", "[bbr]") {
  bbr_run r{0.064, 10ms, 100'000};
  r.sender.send();
  r.network.run(20s);
  CHECK(r.sender.controller().window() >= 4 * packet_size);
  CHECK(r.goodput(20s) > 0.06);
  CHECK(r.pacing_megabits() < 0.09);
}

TEST_CASE("ten times the bandwidth is found", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  r.set_megabits(100);
  CHECK(r.network.run_until([&] { return r.megabits() > 90; }, 20s));
  CHECK(r.goodput(5s) > 80);
}

TEST_CASE("a tenth of the bandwidth is found", "[bbr]") {
  bbr_run r{100, 40ms, 250'000};
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  r.set_megabits(10);
  CHECK(r.network.run_until([&] { return r.model().bandwidth_shortterm < 5e6; }, 3s));
  CHECK(r.network.run_until([&] { return r.megabits() < 12; }, 20s));
  CHECK(r.goodput(5s) > 8);
}

TEST_CASE("a policer is obeyed", "[bbr]") {
  bbr_run r{100, 40ms};
  double tokens = 100'000;
  auto filled_at = r.network.now();
  r.network.link.on_each([&](sim::datagram& what, std::uint64_t) {
    auto const elapsed = static_cast<double>((r.network.now() - filled_at).count()) / 1e9;
    filled_at = r.network.now();
    tokens = std::min(100'000.0, tokens + elapsed * 1.25e6);
    sim::verdict verdict;
    verdict.drop = tokens < static_cast<double>(what.bytes.size());
    if (!verdict.drop) tokens -= static_cast<double>(what.bytes.size());
    return verdict;
  });
  r.sender.send();
  r.network.run(15s);
  auto const before = r.sender.machine.statistics();
  CHECK(r.goodput(15s) > 7.5);
  auto const after = r.sender.machine.statistics();
  CHECK((after.packets_lost - before.packets_lost) * 20 < after.packets_sent - before.packets_sent);
}

TEST_CASE("loss by chance hardly matters", "[bbr]") {
  auto path = path_of(10, 40ms, 100'000);
  path.loss.probability = 0.01;
  world first{path};
  world second{path};
  flow<bbr> modelling{first, 20ms};
  flow<cubic> waiting{second, 20ms};
  modelling.send();
  waiting.send();
  first.run(20s);
  second.run(20s);
  CHECK(modelling.megabits_since(0, 20s) > 7.5);
  CHECK(modelling.received > 2 * waiting.received);
}

TEST_CASE("a shallow buffer is filled without much loss", "[bbr]") {
  bbr_run r{10, 40ms, 10'000};
  r.sender.send();
  r.network.run(2s);
  auto const before = r.sender.machine.statistics();
  CHECK(r.goodput(20s) > 9);
  auto const after = r.sender.machine.statistics();
  CHECK((after.packets_lost - before.packets_lost) * 50 < after.packets_sent - before.packets_sent);
}

TEST_CASE("loss in a probe lowers the bound and ends the probe", "[bbr]") {
  bbr_run r{10, 40ms, 20'000};
  REQUIRE(r.reaches(phase::probe_bw_up));
  REQUIRE(r.model().inflight_longterm != bbr_model::unlimited);
  auto const bound = r.model().inflight_longterm;
  r.network.link.settings.loss.probability = 0.3;
  REQUIRE(r.leaves(phase::probe_bw_up));
  CHECK(r.now_in() == phase::probe_bw_down);
  CHECK(r.model().previous_probe_too_high);
  CHECK(r.model().inflight_longterm < bound);
  CHECK(r.model().inflight_longterm >= bbr_model::scaled(bbr_model::target_inflight(r.model()), 0.69));
}

TEST_CASE("a probe after one that went too far turns back where that began", "[bbr]") {
  bbr_run r{10, 40ms, 20'000};
  REQUIRE(r.reaches(phase::probe_bw_up));
  r.network.link.settings.loss.probability = 0.3;
  REQUIRE(r.reaches(phase::probe_bw_down));
  r.network.link.settings.loss.probability = 0;
  auto const bound = r.model().inflight_longterm;
  REQUIRE(r.reaches(phase::probe_bw_up));
  REQUIRE(r.leaves(phase::probe_bw_up));
  CHECK(r.model().previous_probe_precautionary);
  CHECK(r.model().prior_in_flight + packet_size > bound);
  // It did no harm: the next comes without a cruise between, and goes further.
  REQUIRE(r.leaves(phase::probe_bw_down));
  CHECK(r.now_in() == phase::probe_bw_refill);
  REQUIRE(r.network.run_until([&] { return r.model().inflight_longterm > bound; }, 5s));
}

namespace {

/// Packets of `count` from now on come so much later, every `nth` of them.
void delay_packets(bbr_run& r, std::uint64_t nth, std::uint64_t count, duration later) {
  auto const from = r.network.link.sent();
  r.network.link.on_each([=](sim::datagram&, std::uint64_t n) {
    sim::verdict verdict;
    if (n > from && n <= from + count && n % nth == 0) verdict.later = later;
    return verdict;
  });
}

}  // namespace

TEST_CASE("what was only late when cruising leaves no trace", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  delay_packets(r, 10, 30, 60ms);
  bool bounded = false;
  r.sender.on_ack = [&] { bounded = bounded || r.model().bandwidth_shortterm != bbr_model::unlimited_rate; };
  REQUIRE(r.network.run_until([&] { return r.sender.machine.statistics().spurious_losses >= 3; }, 1s));
  CHECK(bounded);
  CHECK(r.model().bandwidth_shortterm == bbr_model::unlimited_rate);
  CHECK(r.model().inflight_shortterm == bbr_model::unlimited);
  CHECK_FALSE(r.model().loss_in_round);
}

TEST_CASE("what was only late in a probe restarts the probe", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  delay_packets(r, 5, 40, 60ms);
  REQUIRE(r.leaves(phase::probe_bw_up));
  REQUIRE(r.now_in() == phase::probe_bw_down);
  REQUIRE(r.model().undo_phase == phase::probe_bw_up);
  REQUIRE(r.network.run_until([&] { return r.sender.machine.statistics().spurious_losses == 8; }, 1s));
  CHECK(r.now_in() == phase::probe_bw_refill);
  CHECK(r.model().inflight_longterm == bbr_model::unlimited);
}

TEST_CASE("persistent congestion empties the window, and its undoing fills it again", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_cruise));
  auto const before = r.sender.controller().window();
  // Everything of one second comes when it is over.
  auto const begun = r.network.now();
  r.network.link.on_each([&r, begun](sim::datagram&, std::uint64_t) {
    sim::verdict verdict;
    if (r.network.now() - begun < 1s) verdict.later = begun + 1015ms - r.network.now();
    return verdict;
  });
  auto least = before;
  r.sender.on_ack = [&] { least = std::min(least, r.sender.controller().window()); };
  REQUIRE(r.network.run_until([&] { return r.sender.machine.statistics().packets_lost > 0; }, 5s));
  r.network.run(0ms);
  CHECK(least <= 5 * packet_size);
  REQUIRE(r.network.run_until([&] { return r.sender.machine.statistics().spurious_losses > 80; }, 1s));
  r.network.run(20ms);
  CHECK(r.sender.controller().window() > before / 2);
}

TEST_CASE("marks count as losses", "[bbr]") {
  bbr_run r;
  REQUIRE(r.reaches(phase::probe_bw_up));
  r.network.link.settings.ce_marking = 0.2;
  REQUIRE(r.leaves(phase::probe_bw_up));
  CHECK(r.now_in() == phase::probe_bw_down);
  CHECK(r.model().previous_probe_too_high);
  CHECK(r.model().inflight_longterm != bbr_model::unlimited);
  CHECK(r.sender.machine.statistics().packets_lost == 0);
}

TEST_CASE("it shares a bottleneck with its like, and with cubic", "[bbr]") {
  world network{path_of(20, 40ms, 50'000)};  // half of what the path holds
  flow<bbr> one{network, 20ms, {1200, 333ms, 1}};
  flow<bbr> two{network, 20ms, {1200, 333ms, 2}};
  flow<cubic> other{network, 20ms};
  one.send();
  network.run(2s);
  two.send();
  other.send();
  network.run(8s);
  auto const before = std::array{one.received, two.received, other.received};
  network.run(30s);
  auto const rates = std::array{one.megabits_since(before[0], 30s), two.megabits_since(before[1], 30s),
                                other.megabits_since(before[2], 30s)};
  CAPTURE(rates[0], rates[1], rates[2]);
  CHECK(rates[0] + rates[1] + rates[2] > 18);
  for (auto const rate : rates) CHECK(rate > 2);
}
