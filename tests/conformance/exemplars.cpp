// SPDX-License-Identifier: BSL-1.0
// The exemplars of docs/policies keep what their slots promise, wherever a toy can.
#include "../compile/exemplars/cid_format.cpp"
#include "../compile/exemplars/clock.cpp"
#include "../compile/exemplars/congestion.cpp"
#include "../compile/exemplars/crypto.cpp"
#include "../compile/exemplars/observer.cpp"
#include "../compile/exemplars/scheduler.cpp"

#include "cid_format.hpp"
#include "clock.hpp"
#include "congestion.hpp"
#include "observer.hpp"
#include "protection.hpp"
#include "scheduler.hpp"

using namespace quoin;

TEST_CASE("the exemplars of docs/policies pass the suites of their slots", "[conformance]") {
  SECTION("clock") {
    conformance::check_clock(ticking_clock{});
  }
  SECTION("cid_format") {
    fleet_cid<7> format;
    conformance::check_cid_format(format);
  }
  SECTION("congestion") {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) conformance::check_congestion<plain_aimd>({.seed = seed});
  }
  SECTION("scheduler") {
    conformance::check_scheduler<waiting_queue>();
  }
  SECTION("observer") {
    conformance::check_observer(waste_meter{});
  }
  SECTION("crypto") {
    for (auto const suite : {cipher_suite::aes_128_gcm_sha256, cipher_suite::chacha20_poly1305_sha256})
      conformance::check_protection<counting_protection>(suite);
  }
}
