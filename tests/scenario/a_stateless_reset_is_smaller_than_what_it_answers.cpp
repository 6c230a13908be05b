// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

TEST_CASE("a stateless reset is smaller than what it answers", "[scenario][rfc9000]") {
  world w;
  REQUIRE(w.establish());
  w.settle();
  w.restart_server();
  std::vector<std::size_t> triggers;
  std::vector<std::size_t> answers;
  w.uplink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    triggers.push_back(d.bytes.size());
    return {};
  });
  w.downlink().on_each([&](sim::datagram& d, std::uint64_t) -> sim::verdict {
    answers.push_back(d.bytes.size());
    CHECK((d.bytes[0] & 0xc0) == 0x40);
    return {};
  });
  w.client().ping();
  w.settle();
  REQUIRE(answers.size() == 1);
  REQUIRE_FALSE(triggers.empty());
  // RFC 9000 10.3.3, 10.3
  CHECK(answers[0] < triggers[0]);
  CHECK(answers[0] >= 21);
}
