// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/bbr.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/fixed_window.hpp>
#include <quoin/congestion/new_reno.hpp>
#include <quoin/congestion/prague.hpp>

#include <tests/conformance/congestion.hpp>

#include <catch2/catch_template_test_macros.hpp>

using namespace quoin;

namespace {

using plain_cubic = loss_based<slow_start::standard, avoidance::cubic, ecn_response::classic>;
using scalable_cubic = loss_based<slow_start::hystart_pp, avoidance::cubic, ecn_response::l4s>;
using plain_prague = loss_based<slow_start::standard, avoidance::reno, ecn_response::l4s>;

}  // namespace

TEMPLATE_TEST_CASE("a controller keeps the rules that all share", "[congestion][rfc9002]", new_reno, new_reno_hystart,
                   cubic, plain_cubic, prague, plain_prague, scalable_cubic) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) conformance::check_congestion<TestType>({.seed = seed});
}

TEST_CASE("bbr keeps the rules that apply to it", "[congestion][bbr]") {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) conformance::check_congestion<bbr>({.seed = seed, .models = true});
}

TEST_CASE("a fixed window keeps the rules that apply to it", "[congestion]") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    conformance::check_congestion<fixed_window<64 * 1200>>({.seed = seed, .reacts = false});
    conformance::check_congestion<fixed_window<1>>({.seed = seed, .reacts = false});
  }
}

TEST_CASE("a fixed window is what it says, but never below two datagrams", "[congestion]") {
  fixed_window<100'000> large{congestion_path{}};
  CHECK(large.window() == 100'000);
  large.on_lost({});
  CHECK(large.window() == 100'000);
  fixed_window<1000> small{congestion_path{}};
  CHECK(small.window() == 2400);
  small.on_datagram_size(1452);
  CHECK(small.window() == 2904);
}
