// SPDX-License-Identifier: BSL-1.0
// What an application may still call when its connection has ended, and how an event loop with little room says so.
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

template <class Result>
bool says_closed(Result const& outcome) {
  return !outcome && outcome.error() == stream_errc::connection_closed;
}

}  // namespace

TEST_CASE("nothing is promised on a stream once the end has begun, and what arrived can be read", "[connection]") {
  testing::pair both;
  both.settle();
  auto& end = both.client;
  auto const id = *end.open(stream_direction::bidirectional);
  REQUIRE(end.write(id, as_bytes("question")));
  both.settle();
  REQUIRE(both.server->write(id, as_bytes("answer")));
  both.settle();
  end.close(0, "", both.now);
  REQUIRE(end.closing());
  CHECK(says_closed(end.open(stream_direction::bidirectional)));
  CHECK(says_closed(end.write(id, as_bytes("more"))));
  CHECK(says_closed(end.finish(id)));
  CHECK(says_closed(end.early().finish(id)));
  CHECK(says_closed(end.reset(id, 1)));
  CHECK(says_closed(end.stop_sending(id, 1)));
  CHECK(says_closed(end.prioritize(id, {})));
  CHECK(says_closed(end.watch_size(id)));
  CHECK(end.extension<datagram>().max_size() == 0);
  std::array<std::uint8_t, 10> room{};
  auto const got = end.read(id, room, both.now);
  REQUIRE(got);
  CHECK(got->size == 6);
}

TEST_CASE("a close waits for an event loop that has room for it", "[connection][rfc9000]") {
  testing::pair both;
  both.settle();
  both.client.close(7, "done", both.now);
  std::array<std::uint8_t, 100> little{};
  CHECK_FALSE(both.client.transmit(little, both.now));
  CHECK_FALSE(both.client.closed());
  both.settle();
  REQUIRE(both.server->close_reason());
  CHECK(both.server->close_reason()->code == 7);
}

TEST_CASE("a wish for acknowledgements that no frame can say becomes the nearest that one can", "[connection]") {
  testing::pair both;
  both.settle();
  auto api = both.client.extension<ack_frequency>();
  REQUIRE(api.ask({~std::uint64_t{0}, std::chrono::milliseconds{10}, varint_max + 1}));
  both.settle();
  CHECK(api.statistics().requests_sent == 1);
  CHECK(both.server->extension<ack_frequency>().statistics().requests_received == 1);
}

TEST_CASE("an idle timeout lasts as long as the peer was told", "[connection][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = std::chrono::milliseconds{900} + std::chrono::microseconds{1};
  testing::pair both{settings};
  both.settle();
  auto const told = both.server->peer_parameters()->max_idle_timeout;
  CHECK(told == std::chrono::milliseconds{901});
  // Acknowledgements and probes that are due before are none of it.
  auto const quiet = both.now;
  for (auto due = both.client.deadline(); due < quiet + told; due = both.client.deadline()) {
    both.now = due;
    both.client.expire(both.now);
    REQUIRE_FALSE(both.client.closed());
    both.settle();
  }
  both.client.expire(quiet + told - std::chrono::nanoseconds{1});
  CHECK_FALSE(both.client.closed());
}

TEST_CASE("the end is the last that is told", "[connection]") {
  testing::pair both;
  both.settle();
  auto const id = *both.client.open(stream_direction::unidirectional);
  REQUIRE(both.client.write(id, as_bytes("beginning and more")));
  REQUIRE(both.client.extension<reset_stream_at>().reset(id, 5, 9));
  both.settle();
  both.server->close(0, "", both.now);
  while (both.server->next_event())
    ;
  // With the promised bytes comes the reset, which somebody who reads on hears of by reading.
  std::array<std::uint8_t, 9> room{};
  REQUIRE(both.server->read(id, room, both.now));
  CHECK_FALSE(both.server->next_event());
  CHECK(both.server->read(id, room, both.now).error() == stream_errc::was_reset);
}

TEST_CASE("nothing is taken for a stream whose end was cut off and has arrived", "[connection]") {
  testing::pair both;
  both.settle();
  auto const id = *both.client.open(stream_direction::bidirectional);
  REQUIRE(both.client.write(id, as_bytes("beginning and more")));
  REQUIRE(both.client.extension<reset_stream_at>().reset(id, 5, 9));
  both.settle();
  both.now += std::chrono::milliseconds{100};
  both.server->expire(both.now);
  both.settle();
  REQUIRE(both.client.unsent(id) == 0);
  CHECK(both.client.write(id, as_bytes("x")).error() == stream_errc::was_reset);
  CHECK(both.client.finish(id).error() == stream_errc::was_reset);
}
