// SPDX-License-Identifier: BSL-1.0
#include "two_paths.hpp"

using namespace quoin;
using namespace quoin::scenario;

namespace {

/// The network refuses a datagram of so many bytes on a path of the client's.
template <class Paths>
void refuse(Paths& both, network_path const& path, std::size_t size) {
  static std::vector<std::uint8_t> const bytes(2'000);
  both.lab.client().on_datagram_refused({path, byte_view{bytes}.first(size), size}, both.lab.now());
}

}  // namespace

TEST_CASE("what the network refuses on one path says nothing of the others", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.open_second());
  both.lab.advance(5s);
  auto const first = both.facts(role::client, 0);
  auto const second = both.facts(role::client, 1);
  REQUIRE(first.datagram_size > 1'400);
  REQUIRE(second.datagram_size > 1'400);
  refuse(both, second.addresses, second.datagram_size);
  CHECK(both.facts(role::client, 0).datagram_size == first.datagram_size);
  CHECK(both.facts(role::client, 1).datagram_size == limits::initial_datagram);
  // While there is another path, not even the smallest size is the end.
  for (int i = 0; i < 10; ++i) refuse(both, second.addresses, limits::initial_datagram);
  CHECK_FALSE(both.lab.client().closing());
  REQUIRE(both.paths(role::client).abandon_path(0, both.lab.now()));
  both.lab.advance(5s);
  for (int i = 0; i < 3; ++i) refuse(both, second.addresses, limits::initial_datagram);
  CHECK(both.lab.client().closing());
}

TEST_CASE("an interface that is tried and takes nothing does no harm to the path in use", "[scenario][multipath]") {
  two_paths<> both;
  REQUIRE(both.lab.establish());
  both.lab.advance(100ms);
  auto& client = both.lab.client();
  REQUIRE(client.probe(both.other_address(), both.lab.now()));
  network_path const tried{both.other_address(), both.lab.server_address()};
  for (int i = 0; i < 10; ++i) refuse(both, tried, limits::initial_datagram);
  CHECK_FALSE(client.closing());
  CHECK(both.transfer(role::client, 100'000));
}
