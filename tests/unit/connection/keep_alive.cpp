// SPDX-License-Identifier: BSL-1.0
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// The handshake is over, and all of it acknowledged.
void become_quiet(testing::pair& both) {
  both.settle();
  REQUIRE(both.client.confirmed());
  both.now += 100ms;
  both.client.expire(both.now);
  both.server->expire(both.now);
  both.settle();
}

}  // namespace

TEST_CASE("an idle timeout is deferred as long as the application wants, by PINGs at half of its time",
          "[connection][rfc9000]") {
  transport_settings settings;
  settings.idle_timeout = 30s;
  for (bool const answers : {true, false}) {
    testing::pair both{settings};
    become_quiet(both);
    auto const before = both.client.statistics().packets_sent;
    auto const begun = both.now;
    both.client.defer_idle(begun + 100s);
    std::size_t turns = 0;
    while (!both.client.closing()) {
      REQUIRE(++turns < 100);
      auto const due = answers ? std::min(both.client.deadline(), both.server->deadline()) : both.client.deadline();
      both.now = std::max(both.now, due);
      both.client.expire(both.now);
      if (answers) both.server->expire(both.now);
      if (answers)
        both.settle();
      else
        testing::collect(both.client, both.now);
    }
    CHECK(both.client.close_reason()->origin == event::close_origin::idle_timeout);
    if (answers) {
      // Six PINGs 15 s apart, the last one 90 s after the beginning.
      CHECK(both.now >= begun + 120s);
      CHECK(both.now <= begun + 121s);
      CHECK(both.client.statistics().packets_sent - before <= 8);
    } else {
      // RFC 9000 10.1: the first of them restarts the time, and no other.
      CHECK(both.now >= begun + 45s);
      CHECK(both.now <= begun + 46s);
    }
  }
}

TEST_CASE("what is deferred no more, or never goes idle, is sent no PINGs", "[connection][rfc9000]") {
  for (bool const has_timeout : {true, false}) {
    transport_settings settings;
    settings.idle_timeout = has_timeout ? 30s : 0s;
    testing::pair both{settings, settings};
    become_quiet(both);
    auto const before = both.client.statistics().packets_sent;
    both.client.defer_idle(never);
    if (has_timeout) both.client.defer_idle(both.now);
    both.now += 29s;
    both.client.expire(both.now);
    both.settle();
    CHECK(both.client.statistics().packets_sent == before);
  }
}

TEST_CASE("a peer that does not answer is asked once in each keep-alive time", "[connection][rfc9000]") {
  transport_settings settings;
  settings.keep_alive = 1s;
  testing::pair both{settings};
  become_quiet(both);

  // From now on nothing arrives; probes come on top of the PINGs.
  auto const end = both.now + 5s;
  std::size_t turns = 0;
  while (both.client.deadline() <= end) {
    REQUIRE(++turns < 100);
    both.now = std::max(both.now, both.client.deadline());
    both.client.expire(both.now);
    testing::collect(both.client, both.now);
  }
  CHECK(both.client.statistics().packets_sent < 40);
}
