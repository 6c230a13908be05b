// SPDX-License-Identifier: BSL-1.0
// Early data over random bad networks, to servers that changed since the session was made: all of it arrives, once, and
// what a server rejects none of its application sees early.
#include "every_connection.hpp"
#include "random_run.hpp"
#include "seeds.hpp"

#include <quoin/sim/random.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>

namespace {

using namespace quoin::property;

class early_run {
 public:
  early_run(std::uint64_t seed, bool real_crypto) : chance_(seed, 99) {
    options_.seed = seed;
    options_.stack = real_crypto ? flavour::botan : flavour::plain;
    options_.link.delay = chance_.between(duration{}, 50ms);
    options_.link.jitter = chance_.between(duration{}, 10ms);
    options_.one_way_delay = 0ms;
    options_.tickets = 1 + static_cast<unsigned>(chance_.below(3));
    options_.early_data = true;
    options_.takes_replays = chance_.chance(0.5);
    for (auto* settings : {&options_.client, &options_.server}) {
      settings->handshake_timeout = 300s;
      settings->idle_timeout = 600s;
    }
    options_.server.stream_window = 500 + chance_.below(20'000);
    options_.server.connection_window = 1'000 + chance_.below(60'000);
    options_.server.bidi_streams = 1 + chance_.below(10);
    options_.server.uni_streams = 1 + chance_.below(10);
    if (chance_.chance(0.3)) options_.hello_padding = chance_.below(3'000);
    options_.watch = &watch_;
    world_ = std::make_unique<world>(options_);
  }

  std::string go() {
    watch_.look_at(*world_, options_);
    if (!world_->get_session()) return "no session";
    before_ = world_->count(role::server);
    if (chance_.chance(0.7)) world_->replace_server([&](world_options& o) { change(o), options_ = o; });
    watch_.look_at(*world_, options_);
    disturb();
    say();
    auto& client = world_->client(1);
    bool const done = world_->run_until([&] { return client.ended || all_arrived(); }, 900s);
    if (client.ended) return "the connection ends: " + client.ended->reason;
    if (!done) return "not everything arrives";
    world_->settle();
    return misplaced(fate(), options_.takes_replays) + watch_.broken();
  }

  /// What is wrong when that became of the early data, and the application did or did not ask for it.
  [[nodiscard]] std::string misplaced(early_data_status fate, bool takes_replays) {
    if (early_bytes() == 0) return {};
    if (fate == early_data_status::rejected) return "INV-29 rejected early data reached the application";
    if (!takes_replays) return "INV-30 early data reached who did not ask for it";
    return {};
  }

  /// What the server's application got before a handshake was complete. Copies of a first flight may have made further
  /// connections, none of which gets any data.
  [[nodiscard]] std::uint64_t early_bytes() {
    std::uint64_t sum = 0;
    for (std::size_t i = before_; i < world_->count(role::server); ++i) sum += world_->server(i).replayable_bytes;
    return sum;
  }

  /// What the checkers have seen of the connection with early data.
  [[nodiscard]] invariants& of_early() { return watch_.find(role::client, 1)->checks; }

  [[nodiscard]] early_data_status fate() { return world_->client(1).statistics().early_data; }

 private:
  void change(world_options& o) {
    if (chance_.chance(0.3)) o.early_data = false;
    if (chance_.chance(0.2)) o.session_secret = 9;
    if (chance_.chance(0.3)) o.require_retry = true;
    if (chance_.chance(0.4)) o.server.stream_window = 200 + chance_.below(30'000);
    if (chance_.chance(0.4)) o.server.connection_window = 500 + chance_.below(60'000);
    if (chance_.chance(0.4)) o.server.bidi_streams = 1 + chance_.below(10);
    if (chance_.chance(0.4)) o.server.uni_streams = 1 + chance_.below(10);
    for (auto* settings : {&o.server}) {
      settings->max_stream_window = std::max(settings->max_stream_window, settings->stream_window);
      settings->max_connection_window = std::max(settings->max_connection_window, settings->connection_window);
    }
  }

  /// From here on the network is a bad one.
  void disturb() {
    auto const loss = chance_.chance(0.6) ? chance_.unit() * 0.15 : 0;
    auto const twice = chance_.chance(0.3) ? chance_.unit() * 0.2 : 0;
    auto const late = chance_.chance(0.4) ? chance_.unit() * 0.3 : 0;
    for (auto const from : both_sides)
      (from == role::client ? world_->uplink() : world_->downlink())
          .on_each([this, from, loss, twice, late](sim::datagram& d, std::uint64_t) -> sim::verdict {
            watch_.on_datagram({from, world_->network().now(), d.bytes});
            sim::verdict fate;
            fate.drop = chance_.chance(loss);
            fate.duplicate = chance_.chance(twice);
            if (chance_.chance(late)) fate.later = chance_.between(duration{}, 120ms);
            return fate;
          });
  }

  void say() {
    auto const size = [&] { return chance_.below(chance_.chance(0.3) ? 30'000 : 3'000); };
    auto const first = size();
    auto& client = world_->connect_early(first);
    said_[0] = first;
    for (auto more = chance_.below(8); more > 0; --more) {
      auto const direction = chance_.chance(0.5) ? stream_direction::bidirectional : stream_direction::unidirectional;
      auto const bytes = size();
      if (!client.can_send_early()) break;
      try {
        said_[world_->start_early(client, direction, bytes).value()] = bytes;
      } catch (std::logic_error const&) {
        break;  // as many streams as the server allowed last time
      }
    }
    world_->serve();
  }

  bool all_arrived() {
    for (std::size_t i = before_; i < world_->count(role::server); ++i) {
      auto& server = world_->server(i);
      // Answers end the streams, so that those that wait for the server's limit may go.
      for (auto const& [id, incoming] : server.in)
        if (incoming.ends > 0 && stream_id{id}.is_bidirectional()) static_cast<void>(server.finish(stream_id{id}));
      bool all = true;
      for (auto const& [id, size] : said_) all = all && world::got(server, stream_id{id}, size);
      if (all) return true;
    }
    return false;
  }

  sim::random chance_;
  world_options options_;
  every_connection watch_;
  std::unique_ptr<world> world_;
  std::size_t before_ = 0;  ///< connections of the server before the early data
  std::map<std::uint64_t, std::uint64_t> said_;
};

void run_all(std::vector<std::uint64_t> const& seeds, bool real_crypto) {
  std::map<early_data_status, std::size_t> fates;
  std::uint64_t early_packets = 0;
  for (auto const seed : seeds) {
    early_run one{seed, real_crypto};
    auto const problem = one.go();
    if (!problem.empty()) FAIL_CHECK("QUOIN_SEED=" << seed << ": " << problem);
    if (problem.empty()) ++fates[one.fate()];
    early_packets += one.of_early().early_packets();
  }
  CHECK(early_packets > seeds.size() / 2);
  if (seeds.size() < 50) return;
  CHECK(fates[early_data_status::accepted] > 0);
  CHECK(fates[early_data_status::rejected] > 0);
}

}  // namespace

TEST_CASE("early data arrives once, whatever the network and the server do", "[property][rfc9001]") {
  run_all(seeds_to_run(0, 4), false);
}

TEST_CASE("the same with real cryptography", "[property][rfc9001]") {
  run_all(seeds_to_run(0, 40), true);
}

TEST_CASE("INV-29 and INV-30: early data in the wrong hands", "[property]") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    early_run one{seed, false};
    REQUIRE(one.go().empty());
    if (one.early_bytes() == 0) continue;
    // The same run, had the server rejected what its application got, or the application not asked for it.
    CHECK(one.misplaced(early_data_status::rejected, true).starts_with("INV-29"));
    CHECK(one.misplaced(early_data_status::accepted, false).starts_with("INV-30"));
    return;
  }
  FAIL("no run brought early data to its application");
}
