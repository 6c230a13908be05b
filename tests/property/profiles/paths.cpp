// SPDX-License-Identifier: BSL-1.0
// The cases of the QUIC interop runner in which addresses matter, with their networks and criteria.
#include "bench.hpp"

namespace {

/// The data of all frames of a kind that a side sent.
std::set<std::uint64_t> data_of(world const& w, role side, frame_type kind) {
  std::set<std::uint64_t> found;
  for (auto const& p : w.sent_with(side, kind))
    for (auto const& f : p.frames)
      if (f.type == kind) found.insert(f.id);
  return found;
}

/// How many addresses the client was seen at, whatever the port.
std::size_t hosts_in(std::vector<socket_address> const& addresses) {
  std::set<std::string> hosts;
  for (auto const& address : addresses) hosts.emplace(address.ip.begin(), address.ip.end());
  return hosts.size();
}

}  // namespace

TEST_CASE("profile: rebind-port and rebind-addr", "[profile]") {
  for_each_seed([](world_options options) {
    options.log = true;
    for (bool const address : {false, true}) {
      CAPTURE(address);
      world w{options};
      capture const seen{w};
      REQUIRE(w.establish());
      for (int i = 0; i < 4; ++i)
        w.network().schedule(instant{} + 1s + i * 5s, [&w, address] {
          static_cast<void>(address ? w.rebind_address() : w.rebind_port());
          // The runner's NAT lets through what was under way, so that the client has something to acknowledge; ours
          // does not, and who only receives would never be heard of again.
          w.client().ping();
        });
      CHECK(download(w, {10 * megabyte}));
      check_handshakes(seen);
      CHECK(seen.client_addresses.size() >= 2);
      CHECK(hosts_in(seen.client_addresses) >= (address ? 2 : 1));
      // The server's first packet on each new path holds a PATH_CHALLENGE, which is answered. What it asks at the
      // address before (RFC 9000 9.3.3) reaches nobody.
      auto const answers = data_of(w, role::client, frame_type::path_response);
      std::set<path_id> known{0};
      for (auto const& p : w.sent(role::server, {})) {
        if (!known.insert(p.path).second) continue;
        auto const* const asked = p.find(frame_type::path_challenge);
        REQUIRE(asked != nullptr);
        CHECK(answers.contains(asked->id));
      }
      CHECK(known.size() >= 2);
    }
  });
}

TEST_CASE("profile: connectionmigration", "[profile]") {
  for_each_seed([](world_options options) {
    auto const preferred = socket_address::v4(10, 0, 0, 2, 4'433);
    options.preferred.v4 = preferred;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {2 * megabyte}));
    check_handshakes(seen);
    CHECK(w.client().path().remote == preferred);
    // A connection ID that nobody has seen goes to the new address.
    auto const& before = seen.ids_to.at(capture::name_of(options.server_at));
    auto const& after = seen.ids_to.at(capture::name_of(preferred));
    CHECK(std::find(before.begin(), before.end(), after.front()) == before.end());
    // Both ends asked whether it works, and were told.
    for (auto const side : {role::client, role::server}) {
      CAPTURE(index_of(side));
      auto const answers = data_of(w, peer_of(side), frame_type::path_response);
      auto const asked = data_of(w, side, frame_type::path_challenge);
      CHECK(std::any_of(asked.begin(), asked.end(), [&](auto each) { return answers.contains(each); }));
    }
    // Less than half of the file still came from the first address.
    CHECK(seen.bytes_from.at(capture::name_of(options.server_at)) < megabyte);
  });
}

TEST_CASE("profile: ipv6", "[profile]") {
  for_each_seed([](world_options options) {
    options.client_at = socket_address::v6({0xfd, 0, 0xca, 0xfe, 0xca, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 5'000);
    options.server_at = socket_address::v6({0xfd, 0, 0xca, 0xfe, 0xca, 0xfe, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 443);
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {5 * 1'024, 10 * 1'024}));
    check_handshakes(seen);
    // No datagram of another family.
    CHECK(seen.client_addresses == std::vector{options.client_at});
    CHECK(w.client().path() == network_path{options.client_at, options.server_at});
  });
}
