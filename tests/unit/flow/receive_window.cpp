// SPDX-License-Identifier: BSL-1.0
#include <quoin/flow/flow_control.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace std::chrono_literals;
using quoin::instant;
using quoin::receive_window;

TEST_CASE("a window allows exactly its size until bytes are consumed", "[flow][rfc9000]") {
  receive_window window{100, 100};
  CHECK(window.allows(100));
  CHECK_FALSE(window.allows(101));
  window.on_received(60);
  CHECK(window.allows(40));
  CHECK_FALSE(window.allows(41));
  CHECK(window.limit() == 100);
}

TEST_CASE("bytes that arrive move no limit and half a window of consumed bytes does",
          "[flow][rfc9000][cve_class_credit_by_offset]") {
  receive_window window{100, 100};
  window.on_received(100);
  CHECK_FALSE(window.update_due());
  window.on_consumed(49, instant{}, 0ms);
  CHECK_FALSE(window.update_due());
  window.on_consumed(1, instant{}, 0ms);
  REQUIRE(window.update_due());
  CHECK(window.limit() == 100);
  window.announce();
  CHECK(window.limit() == 150);
  CHECK_FALSE(window.update_due());
  CHECK(window.allows(50));
}

TEST_CASE("a window that goes within two round trips doubles up to its maximum", "[flow][rfc9000]") {
  receive_window window{1'000, 3'000};
  auto now = instant{} + 1s;
  auto const consume = [&](std::uint64_t count) {
    window.on_received(count);
    window.on_consumed(count, now, 100ms);
    window.announce();
  };
  consume(1);
  now += 50ms;
  consume(500);
  CHECK(window.size() == 2'000);
  now += 99ms;
  consume(1'000);
  CHECK(window.size() == 3'000);
  now += 1ms;
  consume(1'500);
  CHECK(window.size() == 3'000);
  CHECK(window.limit() == 6'001);
}

TEST_CASE("a window that the application empties slowly keeps its size", "[flow][rfc9000]") {
  receive_window window{1'000, 8'000};
  auto now = instant{} + 1s;
  for (int i = 0; i < 20; ++i) {
    window.on_received(500);
    window.on_consumed(500, now, 100ms);
    window.announce();
    now += 100ms;
  }
  CHECK(window.size() == 1'000);
}

TEST_CASE("credit that is given back without being read says nothing about speed", "[flow]") {
  receive_window window{1'000, 8'000};
  for (int i = 0; i < 10; ++i) {
    window.on_received(1'000);
    window.release(1'000);
    window.announce();
  }
  CHECK(window.size() == 1'000);
  CHECK(window.limit() == 11'000);
}

TEST_CASE("a window of nothing never asks for an update", "[flow]") {
  receive_window const window{0, 0};
  CHECK_FALSE(window.update_due());
  CHECK_FALSE(window.allows(1));
}
