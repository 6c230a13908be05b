// SPDX-License-Identifier: BSL-1.0
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// Sends `size` bytes from client to server on one stream; true when all of them arrive as they were.
bool transfer(lab<test_stack>& lab, std::size_t size, duration patience) {
  std::vector<std::uint8_t> sent(size);
  for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<std::uint8_t>(i * 31 >> 3);
  std::vector<std::uint8_t> received;
  bool finished = false;
  auto const id = lab.client().open(stream_direction::unidirectional);
  if (!id) return false;
  lab.on_event([&](role side, auto& connection, connection_event const& e) {
    if (side != role::server || e.what != connection_event::kind::stream_readable) return;
    std::vector<std::uint8_t> room(4096);
    for (;;) {
      auto const got = connection.read(e.id, room, lab.now());
      if (!got) return;
      received.insert(received.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got->size));
      finished = finished || got->fin;
      if (got->size == 0) return;
    }
  });
  std::size_t written = 0;
  auto const write_more = [&] {
    if (written == size) return;
    auto const took = lab.client().write(*id, byte_view{sent}.subspan(written));
    if (took) written += *took;
    if (written == size) static_cast<void>(lab.client().finish(*id));
  };
  write_more();
  auto const done = lab.run_until(
      [&] {
        write_more();
        return finished;
      },
      patience);
  return done && received == sent;
}

}  // namespace

TEST_CASE("a lost first flight is sent again after 999 milliseconds", "[testing][rfc9002]") {
  // RFC 9002 6.2.2: smoothed_rtt 333 ms and rttvar 166.5 ms before the first sample; PTO = 333 + 4 * 166.5.
  lab<test_stack> lab{{.seed = 7, .one_way_delay = 10ms}};
  lab.uplink().drop(1);
  lab.connect();
  lab.settle();
  CHECK(lab.client().deadline() == instant{999ms});
  lab.advance(999ms);
  lab.settle();
  CHECK(lab.client().confirmed());
}

TEST_CASE("a connection is established over a bad network", "[testing]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    lab<test_stack> lab{{.seed = seed,
                         .link = {.jitter = 5ms,
                                  .loss = {.probability = 0.2},
                                  .reordering = 0.2,
                                  .reordering_delay = 8ms,
                                  .duplication = 0.1,
                                  .corruption = 0.05}}};
    INFO("seed " << seed);
    CHECK(lab.establish());
  }
}

TEST_CASE("a stream arrives whole over a lossy network", "[testing]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    lab<test_stack> lab{{.seed = seed,
                         .link = {.jitter = 2ms,
                                  .loss = {.probability = 0.05},
                                  .reordering = 0.05,
                                  .reordering_delay = 5ms,
                                  .duplication = 0.02,
                                  .corruption = 0.01}}};
    INFO("seed " << seed);
    REQUIRE(lab.establish());
    CHECK(transfer(lab, 500'000, 120s));
  }
}

TEST_CASE("a stream survives a blackout of three seconds", "[testing]") {
  lab<test_stack> lab;
  REQUIRE(lab.establish());
  lab.uplink().black_out(lab.now() + 100ms, lab.now() + 3100ms);
  lab.downlink().black_out(lab.now() + 100ms, lab.now() + 3100ms);
  CHECK(transfer(lab, 2'000'000, 60s));
}

TEST_CASE("a transfer fills a bottleneck without losing much to its queue", "[testing]") {
  lab<test_stack> lab{
      {.one_way_delay = 20ms, .link = {.bottleneck = {.bits_per_second = 10'000'000, .queue_bytes = 50'000}}}};
  REQUIRE(lab.establish());
  auto const start = lab.now();
  REQUIRE(transfer(lab, 5'000'000, 60s));
  auto const took = std::chrono::duration<double>(lab.now() - start).count();
  CHECK(took > 4.0);  // 5 MB at 10 Mbit/s: no faster than the link
  CHECK(took < 5.5);  // and at three quarters of its rate or better
}

TEST_CASE("an MTU that carries no more than full-sized datagrams is enough", "[testing][rfc9000]") {
  lab<test_stack> lab{{.link = {.mtu = 1200}}};
  REQUIRE(lab.establish());
  CHECK(transfer(lab, 100'000, 20s));
}

TEST_CASE("datagrams that are marked slow the sender down without any loss", "[testing][rfc9002]") {
  lab<test_stack> lab{{.link = {.ce_marking = 0.05}}};
  REQUIRE(lab.establish());
  CHECK(transfer(lab, 1'000'000, 60s));
  CHECK(lab.client().statistics().packets_lost == 0);
  CHECK(lab.client().statistics().congestion_window < 200'000);
}

TEST_CASE("either of two probes carries the client's first flight", "[testing][rfc9002]") {
  lab<test_stack> lab{{.seed = 7, .one_way_delay = 10ms}};
  lab.uplink().drop(1);
  lab.uplink().drop(2);
  lab.connect();
  lab.advance(999ms);
  lab.settle();
  CHECK(lab.client().confirmed());
  CHECK(lab.now() < instant{1100ms});
}
