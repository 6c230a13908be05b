// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/udp.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <system_error>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

constexpr auto loopback = socket_address::v4(127, 0, 0, 1, 0);

udp::config at(socket_address bind) {
  udp::config settings;
  settings.bind = bind;
  return settings;
}

/// The next datagram that arrives, by its path; of no family when none does.
network_path heard_by(udp& io) {
  for (int tries = 0; tries < 50; ++tries) {
    io.wait(100ms);
    if (auto const arrived = io.receive(); !arrived.empty()) return arrived.front().path;
  }
  return {};
}

send_status say(udp& io, socket_address const& from, socket_address const& to) {
  static constexpr std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  return io.send({{from, to}, bytes, bytes.size(), ecn::not_ect});
}

}  // namespace

TEST_CASE("a second local address sends and hears beside the first", "[io]") {
  udp mover{at(loopback)};
  udp other{at(loopback)};
  auto const first = mover.local_address();
  auto const second = mover.open_local(loopback);
  REQUIRE(second.port != 0);
  REQUIRE(second.port != first.port);
  CHECK(mover.open_local(second) == second);
  CHECK(mover.local_address() == first);

  for (auto const& from : {second, first, second}) {
    REQUIRE(say(mover, from, other.local_address()) == send_status::sent);
    CHECK(heard_by(other).remote == from);
    REQUIRE(say(other, other.local_address(), from) == send_status::sent);
    auto const path = heard_by(mover);
    CHECK(path.local == from);
    CHECK(path.remote == other.local_address());
  }

  mover.close_local(second);
  REQUIRE(say(mover, second, other.local_address()) == send_status::sent);
  CHECK(heard_by(other).remote == first);
  mover.close_local(first);
  REQUIRE(say(mover, first, other.local_address()) == send_status::sent);
  CHECK(heard_by(other).remote == first);
}

TEST_CASE("what has arrived at an address may be read when the address is given up",
          "[io][cve_class_lifetime_of_a_view]") {
  udp mover{at(loopback)};
  udp other{at(loopback)};
  auto const second = mover.open_local(loopback);
  std::vector<std::uint8_t> const bytes(1'200, 0x5a);
  REQUIRE(other.send({{other.local_address(), second}, bytes, bytes.size(), ecn::not_ect}) == send_status::sent);
  std::span<arrival> arrived;
  for (int tries = 0; tries < 50 && arrived.empty(); ++tries) {
    mover.wait(100ms);
    arrived = mover.receive();
  }
  REQUIRE(arrived.size() == 1);
  mover.close_local(second);
  CHECK(std::vector(arrived[0].bytes.begin(), arrived[0].bytes.end()) == bytes);
  // The port is free at once.
  CHECK(mover.open_local(second) == second);
  CHECK(mover.receive().empty());
}

TEST_CASE("what a socket for every address receives anyway needs no second one", "[io]") {
  udp everywhere{at(socket_address::v4(0, 0, 0, 0, 0))};
  auto const wanted = socket_address::v4(127, 0, 0, 1, everywhere.local_address().port);
  CHECK(everywhere.open_local(wanted) == wanted);
  udp other{at(loopback)};
  REQUIRE(say(other, other.local_address(), wanted) == send_status::sent);
  CHECK(heard_by(everywhere).local == wanted);
}

TEST_CASE("an address that somebody else has cannot be opened", "[io]") {
  udp a{at(loopback)};
  udp b{at(loopback)};
  CHECK_THROWS_AS(b.open_local(a.local_address()), std::system_error);
  CHECK(b.local_address().port != a.local_address().port);
}
