// SPDX-License-Identifier: BSL-1.0
#include "world/world.hpp"

#include <quoin/wire/packet/short_header.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <vector>

namespace {

/// The bits of the packets that a server sends, by the port that they go to.
class spin_watch {
 public:
  explicit spin_watch(world& of) {
    of.downlink().on_each([this](sim::datagram& d, std::uint64_t) -> sim::verdict {
      if ((d.bytes[0] & 0x80) == 0) bits[d.path.remote.port].push_back((d.bytes[0] & wire::spin_bit) != 0);
      return {};
    });
  }
  /// How often it has turned.
  static std::size_t turns(std::vector<bool> const& of) {
    std::size_t count = 0;
    for (std::size_t i = 1; i < of.size(); ++i) count += of[i] != of[i - 1] ? 1 : 0;
    return count;
  }
  std::map<std::uint16_t, std::vector<bool>> bits;
};

transport_settings spinning() {
  transport_settings settings;
  settings.spin_bit = true;
  return settings;
}

/// Packets in both directions for fifty round trips of 20 ms.
void talk(world& w) {
  for (int i = 0; i < 200; ++i) {
    w.client().ping();
    w.server().ping();
    w.advance(5ms);
  }
}

}  // namespace

TEST_CASE("the spin bit turns once in a round trip where both ends want it to", "[scenario][rfc9000]") {
  std::size_t spun = 0;
  constexpr std::uint64_t worlds = 64;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed, .client = spinning(), .server = spinning()}};
    spin_watch watch{w};
    REQUIRE(w.establish());
    watch.bits.clear();
    talk(w);
    REQUIRE(watch.bits.size() == 1);
    auto const turns = spin_watch::turns(watch.bits.begin()->second);
    if (turns == 0) continue;
    ++spun;
    CHECK(turns >= 40);
    CHECK(turns <= 51);
  }
  // RFC 9000 17.4: at each end one in sixteen keeps out of it, so that it does not stand out who does.
  CHECK(spun < worlds);
  CHECK(spun > worlds / 2);
}

TEST_CASE("where an end does not want it the spin bit says nothing, and another path says something else",
          "[scenario][rfc9000]") {
  std::size_t set = 0;
  std::size_t changed = 0;
  constexpr std::uint64_t worlds = 32;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    CAPTURE(seed);
    world w{{.seed = seed, .client = spinning()}};
    spin_watch watch{w};
    REQUIRE(w.establish());
    watch.bits.clear();
    talk(w);
    w.rebind_port();
    talk(w);
    REQUIRE(watch.bits.size() == 2);
    std::vector<bool> of_paths;
    for (auto const& [port, bits] : watch.bits) {
      // What the client's bit does is of no concern to a server that does not spin.
      CHECK(spin_watch::turns(bits) == 0);
      of_paths.push_back(bits.front());
    }
    set += of_paths.front() ? 1 : 0;
    changed += of_paths.front() != of_paths.back() ? 1 : 0;
  }
  for (auto const count : {set, changed}) {
    CHECK(count > worlds / 8);
    CHECK(count < worlds - worlds / 8);
  }
}
