// SPDX-License-Identifier: BSL-1.0
#include <quoin/sim/loss.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace quoin;

namespace {

constexpr int draws = 100'000;

std::vector<bool> losses_of(sim::loss_settings const& settings, std::uint64_t seed) {
  sim::loss_model model{seed};
  std::vector<bool> lost;
  for (int i = 0; i < draws; ++i) lost.push_back(model.loses(settings));
  return lost;
}

double fraction(std::vector<bool> const& lost) {
  return static_cast<double>(std::count(lost.begin(), lost.end(), true)) / static_cast<double>(lost.size());
}

std::vector<std::size_t> bursts(std::vector<bool> const& lost) {
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    if (!lost[i]) continue;
    if (i == 0 || !lost[i - 1]) lengths.push_back(0);
    ++lengths.back();
  }
  return lengths;
}

double mean(std::vector<std::size_t> const& values) {
  double sum = 0;
  for (auto const value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("without settings nothing is lost", "[sim]") {
  CHECK(fraction(losses_of({}, 1)) == 0);
}

TEST_CASE("independent loss takes its share, evenly", "[sim]") {
  for (double const probability : {0.01, 0.1, 0.5}) {
    auto const lost = losses_of({.probability = probability}, 11);
    auto const deviation = std::sqrt(probability * (1 - probability) / draws);
    CHECK(std::abs(fraction(lost) - probability) < 4 * deviation);
    CHECK(std::abs(mean(bursts(lost)) - 1 / (1 - probability)) < 0.05);
  }
}

TEST_CASE("certain loss loses everything", "[sim]") {
  CHECK(fraction(losses_of({.probability = 1}, 1)) == 1);
}

TEST_CASE("a burst loses exactly as many in a row as it says", "[sim]") {
  auto const lost = losses_of({.burst_probability = 0.0005, .burst_length = 5}, 12);
  auto const lengths = bursts(lost);
  REQUIRE(lengths.size() > 20);
  for (auto const length : lengths) CHECK(length % 5 == 0);
  CHECK(mean(lengths) < 5.5);
}

TEST_CASE("the two-state model loses its stationary share in bursts of its mean length", "[sim]") {
  sim::gilbert_elliott const model{.enter_bad = 0.01, .leave_bad = 0.25, .loss_in_good = 0, .loss_in_bad = 1};
  auto const lost = losses_of({.two_state = model}, 13);
  CHECK(std::abs(fraction(lost) - 0.01 / 0.26) < 0.004);
  CHECK(std::abs(mean(bursts(lost)) - 4) < 0.4);
}

TEST_CASE("the two-state model may lose in its good state and spare in its bad one", "[sim]") {
  sim::gilbert_elliott const model{.enter_bad = 0.1, .leave_bad = 0.1, .loss_in_good = 0.02, .loss_in_bad = 0.4};
  CHECK(std::abs(fraction(losses_of({.two_state = model}, 14)) - 0.21) < 0.01);
}

TEST_CASE("adding one kind of loss leaves what another kind loses as it was", "[sim]") {
  auto const single = losses_of({.probability = 0.05}, 15);
  auto const both = losses_of({.probability = 0.05, .burst_probability = 0.001, .burst_length = 3}, 15);
  for (std::size_t i = 0; i < single.size(); ++i) REQUIRE((!single[i] || both[i]));
}
