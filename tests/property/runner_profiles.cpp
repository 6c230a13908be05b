// SPDX-License-Identifier: BSL-1.0
// The cases of the QUIC interop runner with their networks, in virtual time: the criteria are the runner's, the seeds
// are ours. QUOIN_PROFILE_SEEDS says how many (2). HTTP/3 has its own in tests/unit/http3; certificates are left to the
// real runner (tests/interop).
#include "world/world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <optional>
#include <random>
#include <set>
#include <vector>

namespace {

std::uint64_t seeds() {
  auto const* const text = std::getenv("QUOIN_PROFILE_SEEDS");
  return text == nullptr ? 2 : std::strtoull(text, nullptr, 10);
}

constexpr std::uint64_t megabyte = 1'000'000;

/// "simple-p2p --delay=15ms --bandwidth=10Mbps --queue=25".
world_options simple(std::uint64_t seed) {
  world_options options;
  options.seed = seed;
  options.one_way_delay = 15ms;
  options.link.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = std::uint64_t{25} * 1'500};
  // As patient as the runner's endpoint of ours: where a third of all is lost, an end may probe for half a minute.
  options.client.handshake_timeout = options.server.handshake_timeout = 60s;
  options.client.idle_timeout = options.server.idle_timeout = 60s;
  options.log = false;
  return options;
}

/// The drop-rate scenario: so much is lost each way, but never more than three datagrams in a row.
void lose(world& w, std::uint64_t seed, double rate) {
  for (auto* const link : {&w.uplink(), &w.downlink()})
    link->on_each([random = std::mt19937_64{2 * seed + (link == &w.uplink())}, in_a_row = 0, rate](
                      sim::datagram&, std::uint64_t) mutable -> sim::verdict {
      bool const drawn = static_cast<double>(random()) < rate * static_cast<double>(std::mt19937_64::max());
      in_a_row = drawn && in_a_row < 3 ? in_a_row + 1 : 0;
      return {.drop = in_a_row > 0};
    });
}

/// A download of some files at once: the client asks and the server answers on the same stream.
bool download(world& w, std::vector<std::uint64_t> const& sizes, duration patience = 60s) {
  auto& client = w.client(w.count(role::client) - 1);
  auto& server = w.server(w.count(role::server) - 1);
  std::vector<std::optional<stream_id>> asked(sizes.size());
  std::vector<bool> answered(sizes.size());
  auto const all_there = [&] {
    bool all = true;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (!asked[i]) {
        if (auto const id = client.open(stream_direction::bidirectional)) {
          asked[i] = *id;
          w.write(client, *id, 20);
        }
      } else if (!answered[i] && server.in[asked[i]->value()].ends > 0) {
        answered[i] = true;
        w.write(server, *asked[i], sizes[i]);
      }
      all = all && answered[i] && client.in[asked[i]->value()].ends > 0;
    }
    w.serve();
    return all || client.ended.has_value();
  };
  w.run_until(all_there, patience);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (!asked[i] || !world::got(client, *asked[i], sizes[i])) return false;
  return true;
}

/// Each of the seeds, with the world of a case.
template <class Case>
void for_each_seed(Case play) {
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    INFO("profile seed " << seed);
    play(simple(seed));
  }
}

/// As many connections as the runner makes, one after the other; how many of them got their kilobyte.
int connect_often(world& w, int count) {
  int arrived = 0;
  for (int i = 0; i < count; ++i) {
    auto& client = w.connect();
    w.run_until([&] { return client.ended || client.connected(); }, 60s);
    w.run_until(
        [&] { return client.ended || (w.count(role::server) > 0 && w.server(w.count(role::server) - 1).connected()); },
        60s);
    if (!client.ended && download(w, {1'024}))
      ++arrived;
    else
      UNSCOPED_INFO("connection " << i << (client.ended ? " ended: " + client.ended->reason : " got nothing"));
    client.close(0, "");
    w.run_until([&] { return w.alive(role::client) + w.alive(role::server) == 0; }, 100s);
  }
  return arrived;
}

}  // namespace

TEST_CASE("profile: handshake and transfer", "[profile]") {
  for_each_seed([](world_options options) {
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    CHECK(download(w, {2 * megabyte, 3 * megabyte, 5 * megabyte}));
    CHECK(w.count(role::server) == 1);
    CHECK_FALSE(w.client().retried());
  });
}

TEST_CASE("profile: longrtt", "[profile]") {
  for_each_seed([](world_options options) {
    options.one_way_delay = 750ms;
    options.log = true;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    // At least two ClientHellos: the first round trip outlasts the first probe timeout.
    CHECK(w.sent(role::client, [](auto const& p) {
             return p.kind == packet_kind::initial && p.has(frame_type::crypto);
           }).size() >= 2);
    CHECK(w.count(role::server) == 1);
  });
}

TEST_CASE("profile: chacha20", "[profile]") {
  for_each_seed([](world_options options) {
    options.suite = cipher_suite::chacha20_poly1305_sha256;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {3 * megabyte}));
  });
}

TEST_CASE("profile: multiplexing", "[profile]") {
  for_each_seed([](world_options options) {
    options.server.bidi_streams = 100;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, std::vector<std::uint64_t>(1'999, 32)));
  });
}

TEST_CASE("profile: retry", "[profile]") {
  for_each_seed([](world_options options) {
    options.require_retry = true;
    options.log = true;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {10 * 1'024}));
    CHECK(w.client().retried());
    // Packet numbers go on.
    auto const initials = w.sent(role::client, of_kind(packet_kind::initial));
    for (std::size_t i = 1; i < initials.size(); ++i) CHECK(initials[i].number > initials[i - 1].number);
  });
}

TEST_CASE("profile: resumption and zerortt", "[profile]") {
  for_each_seed([](world_options options) {
    options.tickets = 2;
    options.early_data = options.takes_replays = true;
    world w{options};
    REQUIRE(w.get_session());
    auto& client = w.connect_early(250);
    for (int i = 1; i < 40; ++i) w.start_early(client, stream_direction::bidirectional, 250);
    w.serve();
    REQUIRE(w.run_until([&] { return client.confirmed(); }));
    CHECK(client.statistics().resumed);
    CHECK(client.statistics().early_data == early_data_status::accepted);
    w.settle();
    auto& server = w.server(w.count(role::server) - 1);
    CHECK(server.in.size() == 40);
    for (auto const& [id, got] : server.in) CHECK(got.bytes.size() == 250);
  });
}

TEST_CASE("profile: blackhole", "[profile]") {
  for_each_seed([](world_options options) {
    world w{options};
    REQUIRE(w.establish());
    // On for five seconds, off for two.
    for (int i = 0; i < 20; ++i)
      for (auto* const link : {&w.uplink(), &w.downlink()})
        link->black_out(instant{} + 5s + i * 7s, instant{} + 7s + i * 7s);
    CHECK(download(w, {10 * megabyte}));
  });
}

TEST_CASE("profile: keyupdate", "[profile]") {
  for_each_seed([](world_options options) {
    world w{options};
    REQUIRE(w.establish());
    w.settle();
    REQUIRE(w.client().update_keys());
    CHECK(download(w, {3 * megabyte}));
    CHECK(w.client().statistics().key_phase == 1);
    CHECK(w.server().statistics().key_phase == 1);
  });
}

TEST_CASE("profile: ecn", "[profile]") {
  for_each_seed([](world_options options) {
    options.log = true;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {100 * 1'024}));
    for (auto const side : {role::client, role::server}) {
      CHECK(w.sent(side, [](auto const& p) { return p.mark == ecn::ce; }).empty());
      CHECK_FALSE(w.sent(side, [](auto const& p) { return p.mark != ecn::not_ect; }).empty());
      CHECK_FALSE(w.sent(side, [](auto const& p) {
                     auto const* const ack = p.find(frame_type::ack);
                     return ack != nullptr && ack->marks.any();
                   }).empty());
    }
  });
}

TEST_CASE("profile: amplificationlimit", "[profile]") {
  for_each_seed([](world_options options) {
    options.server_flight_padding = 7'500;
    options.log = true;
    world w{options};
    w.uplink().on_each([](sim::datagram&, std::uint64_t n) -> sim::verdict { return {.drop = n >= 2 && n <= 7}; });
    REQUIRE(w.establish());
    CHECK(download(w, {5 * 1'024}));
    // What the server sent before the first Handshake packet of the client's arrived, against what it had by then.
    byte_count said = 0;
    byte_count heard = 0;
    for (auto const& p : w.packets) {
      if (p.side != role::server) continue;
      if (p.what == fate::received && p.kind == packet_kind::handshake) break;
      if (p.what == fate::received) heard += 1'200;
      if (p.what == fate::sent) said += p.size;
    }
    CHECK(said <= 3 * heard);
  });
}

TEST_CASE("profile: handshakeloss", "[profile]") {
  for_each_seed([](world_options options) {
    world w{options};
    lose(w, options.seed, 0.3);
    CHECK(connect_often(w, 50) == 50);
  });
}

TEST_CASE("profile: handshakecorruption", "[profile]") {
  for_each_seed([](world_options options) {
    options.link.corruption = 0.3;
    options.link.corrupted_bits = 3;
    world w{options};
    CHECK(connect_often(w, 50) == 50);
  });
}

TEST_CASE("profile: transferloss and transfercorruption", "[profile]") {
  for_each_seed([](world_options options) {
    auto corrupted = options;
    corrupted.link.corruption = 0.02;
    for (auto const& each : {options, corrupted}) {
      world w{each};
      if (each.link.corruption == 0) lose(w, options.seed, 0.02);
      REQUIRE(w.establish());
      CHECK(download(w, {2 * megabyte}));
      CHECK(w.count(role::server) == 1);
    }
  });
}

TEST_CASE("profile: v2", "[profile]") {
  for_each_seed([](world_options options) {
    options.client.versions = {version::v2, version::v1};
    options.client.first_version = version::v1;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    CHECK(w.client().spoken() == version::v2);
    CHECK(w.server().spoken() == version::v2);
  });
}

TEST_CASE("profile: versionnegotiation", "[profile]") {
  for_each_seed([](world_options options) {
    options.client.versions = {version{0x1a2a3a4a}, version::v1};
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {1'024}));
    CHECK(w.client().spoken() == version::v1);
  });
}

TEST_CASE("profile: rebind-port and rebind-addr", "[profile]") {
  for_each_seed([](world_options options) {
    options.log = true;
    for (bool const address : {false, true}) {
      world w{options};
      REQUIRE(w.establish());
      for (int i = 0; i < 4; ++i)
        w.network().schedule(instant{} + 1s + i * 5s, [&w, address] {
          static_cast<void>(address ? w.rebind_address() : w.rebind_port());
          // The runner's NAT lets through what was under way, so that the client has something to acknowledge; ours
          // does not, and who only receives would never be heard of again.
          w.client().ping();
        });
      CHECK(download(w, {10 * megabyte}));
      // The server's first packet on each new path holds a PATH_CHALLENGE.
      std::set<path_id> seen{0};
      for (auto const& p : w.sent(role::server, {}))
        if (seen.insert(p.path).second) CHECK(p.has(frame_type::path_challenge));
      CHECK(seen.size() >= 2);
    }
  });
}

TEST_CASE("profile: connectionmigration", "[profile]") {
  for_each_seed([](world_options options) {
    auto const preferred = socket_address::v4(10, 0, 0, 2, 4'433);
    options.preferred.v4 = preferred;
    world w{options};
    REQUIRE(w.establish());
    CHECK(download(w, {2 * megabyte}));
    CHECK(w.client().path().remote == preferred);
  });
}

TEST_CASE("profile: ipv6", "[profile]") {
  for_each_seed([](world_options options) {
    options.client_at = socket_address::v6({0xfd, 0, 0xca, 0xfe, 0xca, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 5'000);
    options.server_at = socket_address::v6({0xfd, 0, 0xca, 0xfe, 0xca, 0xfe, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0}, 443);
    world w{options};
    std::size_t others = 0;
    for (auto* const link : {&w.uplink(), &w.downlink()})
      link->on_each([&others](sim::datagram& d, std::uint64_t) -> sim::verdict {
        others += d.path.local.family != address_family::v6 || d.path.remote.family != address_family::v6 ? 1 : 0;
        return {};
      });
    REQUIRE(w.establish());
    CHECK(download(w, {5 * 1'024, 10 * 1'024}));
    CHECK(others == 0);
    CHECK(w.client().path() == network_path{options.client_at, options.server_at});
  });
}

TEST_CASE("profile: crosstraffic", "[profile]") {
  for_each_seed([](world_options options) {
    options.stack = flavour::strict;  // CUBIC at both, as the runner's TCP has it
    world w{options};
    REQUIRE(w.establish());
    w.start(w.server(0), stream_direction::unidirectional, 300 * megabyte);
    w.connect();
    REQUIRE(
        w.run_until([&] { return w.client(1).confirmed() && w.count(role::server) > 1 && w.server(1).confirmed(); }));
    CHECK(download(w, {25 * megabyte}, 180s));
    // Neither starves the other: the one that was there before has had its tenth of the link at least.
    auto const carried = w.client(0).in.empty() ? 0 : w.client(0).in.begin()->second.bytes.size();
    CHECK(carried > 25 * megabyte / 10);
  });
}

TEST_CASE("profile: goodput", "[profile]") {
  for_each_seed([](world_options options) {
    world w{options};
    REQUIRE(w.establish());
    auto const begin = w.now();
    CHECK(download(w, {10 * megabyte}));
    auto const seconds = std::chrono::duration<double>(w.now() - begin).count();
    // Nine tenths of what the link carries, in virtual time, which no machine makes slower.
    CHECK(10e6 * 8 / seconds > 0.85 * 10e6);
  });
}
