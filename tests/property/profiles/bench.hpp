// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the cases of the QUIC interop runner have in common, in virtual time. The networks and criteria are the
/// runner's, the seeds are ours: QUOIN_PROFILE_SEEDS says how many (2).
#pragma once

#include "capture.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <optional>
#include <vector>

namespace quoin::property {

inline constexpr std::uint64_t megabyte = 1'000'000;

inline std::uint64_t profile_seeds() {
  auto const* const text = std::getenv("QUOIN_PROFILE_SEEDS");
  return text == nullptr ? 2 : std::strtoull(text, nullptr, 10);
}

/// "simple-p2p --delay=15ms --bandwidth=10Mbps --queue=25".
inline world_options simple(std::uint64_t seed) {
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

/// Each of the seeds, with the world of a case.
template <class Case>
void for_each_seed(Case play) {
  for (std::uint64_t seed = 1; seed <= profile_seeds(); ++seed) {
    INFO("profile seed " << seed);
    play(simple(seed));
  }
}

/// A download of some files at once over the newest connection: the client asks and the server answers on the same
/// stream.
inline bool download(world& w, std::vector<std::uint64_t> const& sizes, duration patience = 60s) {
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

/// Lets the newest connection end well.
inline void leave(world& w) {
  w.client(w.count(role::client) - 1).close(0, "");
  w.run_until([&] { return w.alive(role::client) + w.alive(role::server) == 0; }, 100s);
}

/// As many connections as the runner makes, one after the other; how many of them got their kilobyte.
inline int connect_often(world& w, int count) {
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
    leave(w);
  }
  return arrived;
}

/// What the runner demands of every case: handshakes are counted by the connection IDs that servers choose in their
/// Initial packets, and those are of version 1.
inline void check_handshakes(capture const& seen, std::size_t handshakes = 1) {
  CHECK(seen.of(role::server).initial_sources.size() == handshakes);
  CHECK(seen.of(role::server).initial_versions == std::set{version::v1});
}

}  // namespace quoin::property

using namespace quoin::property;
