// SPDX-License-Identifier: BSL-1.0
// The cases of the QUIC interop runner that are about handshakes, with their networks and criteria. HTTP/3 has its own
// in tests/unit/http3; certificates are left to the real runner (tests/interop).
#include "bench.hpp"

TEST_CASE("profile: handshake", "[profile]") {
  for_each_seed([](world_options const& options) {
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    check_handshakes(seen);
    CHECK(seen.retry_tokens.empty());
  });
}

TEST_CASE("profile: longrtt", "[profile]") {
  for_each_seed([](world_options options) {
    options.one_way_delay = 750ms;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    check_handshakes(seen);
    // At least two ClientHellos: the first round trip outlasts the first probe timeout.
    CHECK(w.sent(role::client, [](auto const& p) {
             auto const* const crypto = p.find(frame_type::crypto);
             return p.kind == packet_kind::initial && crypto != nullptr && crypto->value == 0;
           }).size() >= 2);
  });
}

TEST_CASE("profile: retry", "[profile]") {
  for_each_seed([](world_options options) {
    options.require_retry = true;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {10 * 1'024}));
    check_handshakes(seen);
    // One Retry, whose token comes back and no other.
    REQUIRE(seen.retry_tokens.size() == 1);
    CHECK(seen.of(role::client).tokens == std::set{seen.retry_tokens[0]});
    CHECK(w.client().retried());
    // Packet numbers go on.
    auto const initials = w.sent(role::client, of_kind(packet_kind::initial));
    for (std::size_t i = 1; i < initials.size(); ++i) CHECK(initials[i].number > initials[i - 1].number);
  });
}

namespace {

/// Bytes of its flight that a server sent under Handshake keys on a connection, as far as they reach.
std::uint64_t flight_of(world const& w, std::size_t connection) {
  std::uint64_t reached = 0;
  for (auto const& p : w.sent(role::server, of_kind(packet_kind::handshake)))
    for (auto const& f : p.frames)
      if (p.connection == connection && f.type == frame_type::crypto) reached = std::max(reached, f.value + f.length);
  return reached;
}

}  // namespace

TEST_CASE("profile: resumption", "[profile]") {
  for_each_seed([](world_options options) {
    constexpr std::size_t certificate = 3'000;
    options.server_flight_padding = certificate;
    options.tickets = 2;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {5 * 1'024}));
    w.settle();
    leave(w);
    REQUIRE(w.establish());
    CHECK(download(w, {10 * 1'024}));
    check_handshakes(seen, 2);
    CHECK(w.client(1).statistics().resumed);
    // A certificate in the first handshake and none in the second.
    CHECK(flight_of(w, 0) >= certificate);
    CHECK(flight_of(w, 1) > 0);
    CHECK(flight_of(w, 1) < certificate);
  });
}

namespace {

/// Forty files whose names have 250 letters are asked for in early data; false unless all come.
bool download_early(world& w) {
  constexpr int files = 40;
  constexpr std::uint64_t name = 250;
  constexpr std::uint64_t size = 32;
  auto& client = w.connect_early(name);
  for (int i = 1; i < files; ++i) w.start_early(client, stream_direction::bidirectional, name);
  w.serve();
  std::set<std::uint64_t> answered;
  auto const all_there = [&] {
    if (w.count(role::server) < 2) return false;
    auto& server = w.server(1);
    for (auto const& [id, got] : server.in)
      if (got.ends > 0 && got.bytes.size() == name && answered.insert(id).second) w.write(server, stream_id{id}, size);
    w.serve();
    std::size_t whole = 0;
    for (auto const id : answered) whole += world::got(client, stream_id{id}, size) ? 1 : 0;
    return whole == files;
  };
  return w.run_until(all_there) && client.statistics().early_data == early_data_status::accepted;
}

}  // namespace

TEST_CASE("profile: zerortt", "[profile]") {
  for_each_seed([](world_options options) {
    options.tickets = 2;
    options.early_data = options.takes_replays = true;
    options.log = true;
    world w{options};
    capture const seen{w};
    REQUIRE(w.get_session());
    CHECK(download_early(w));
    w.settle();
    check_handshakes(seen, 2);
    // Bytes of packets in 0-RTT, and at most half of what the names take in 1-RTT.
    byte_count early = 0;
    byte_count late = 0;
    for (auto const& p : w.sent(role::client)) {
      if (p.connection != 1) continue;
      constexpr byte_count header_and_tag = 1 + 8 + 4 + 16;
      if (p.kind == packet_kind::zero_rtt) early += p.size;
      if (p.kind == packet_kind::one_rtt) late += std::max(p.size, header_and_tag) - header_and_tag;
    }
    CHECK(early > 40 * 250);
    CHECK(late <= 5'000);
  });
}

TEST_CASE("profile: amplificationlimit", "[profile]") {
  for_each_seed([](world_options options) {
    options.server_flight_padding = 7'500;
    options.log = true;
    world w{options};
    capture seen{w};
    seen.drop(role::client, 2, 7);
    // What reaches and what leaves the server's host until a Handshake packet of the client's has come.
    byte_count heard = 0;
    byte_count said = 0;
    bool proven = false;
    bool too_much = false;
    sim_offload at_server;
    at_server.receiving = [&](std::vector<sim_train>& trains) {
      for (auto const& train : trains) {
        heard += train.bytes.size();
        proven = proven || contains({train.path, train.bytes, train.mark}, packet_kind::handshake);
      }
    };
    at_server.sending = [&](std::vector<sim::datagram>& all) {
      for (auto const& d : all) said += d.bytes.size();
      too_much = too_much || (!proven && said > 3 * heard);
    };
    w.set_offload(role::server, at_server);
    REQUIRE(w.establish());
    CHECK(download(w, {5 * 1'024}));
    check_handshakes(seen);
    CHECK(seen.version_negotiations == 0);
    CHECK(seen.hurt == 6);
    CHECK(flight_of(w, 0) >= 7'500);
    CHECK(proven);
    CHECK_FALSE(too_much);
  });
}

namespace {

/// Fifty connections one after the other, over a network that `spoil` makes a bad one.
template <class Spoil>
void check_fifty_handshakes(Spoil spoil) {
  for_each_seed([&](world_options const& options) {
    world w{options};
    capture seen{w};
    spoil(seen, options.seed);
    CHECK(connect_often(w, 50) == 50);
    check_handshakes(seen, 50);
    CHECK(seen.hurt > 0);
  });
}

}  // namespace

TEST_CASE("profile: handshakeloss", "[profile]") {
  check_fifty_handshakes([](capture& seen, std::uint64_t seed) { seen.lose(seed, 0.3); });
}

TEST_CASE("profile: handshakecorruption", "[profile]") {
  // Where a version was hurt, the client is told of the one that it had begun with, which it passes over.
  check_fifty_handshakes([](capture& seen, std::uint64_t seed) { seen.corrupt(seed, 0.3); });
}

TEST_CASE("profile: v2", "[profile]") {
  for_each_seed([](world_options options) {
    options.client.versions = {version::v2, version::v1};
    options.client.first_version = version::v1;
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    CHECK(seen.of(role::server).initial_sources.size() == 1);
    CHECK(seen.of(role::client).initial_versions.contains(version::v1));
    CHECK(seen.of(role::server).initial_versions.contains(version::v2));
    for (auto const side : {role::client, role::server})
      CHECK(seen.of(side).handshake_versions == std::set{version::v2});
    CHECK(w.client().spoken() == version::v2);
    CHECK(w.server().spoken() == version::v2);
  });
}

TEST_CASE("profile: versionnegotiation", "[profile]") {
  for_each_seed([](world_options options) {
    options.client.versions = {version{0x1a2a3a4a}, version::v1};
    world w{options};
    capture const seen{w};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    check_handshakes(seen);
    CHECK(seen.version_negotiations == 1);
    CHECK(w.client().spoken() == version::v1);
  });
}
