// SPDX-License-Identifier: BSL-1.0
#include <quoin/observe/counting_observer.hpp>
#include <quoin/observe/null_observer.hpp>
#include <quoin/observe/tee.hpp>

#include <conformance/observer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// Writes its letter into a text that it shares with others.
struct spy {
  static constexpr bool enabled = true;
  std::string* text;
  char letter;
  template <class Event>
  void on(Event const&) {
    *text += letter;
  }
};

struct other_spy : spy {};

/// Must never be told anything.
struct sleeper {
  static constexpr bool enabled = false;
  int told = 0;
  template <class Event>
  void on(Event const&) {
    ++told;
  }
};

static_assert(connection_observer<tee<spy, counting_observer>>);
static_assert(!null_observer::enabled);
static_assert(!tee<>::enabled);
static_assert(!tee<null_observer, sleeper>::enabled);
static_assert(tee<null_observer, counting_observer>::enabled);
static_assert(std::is_empty_v<null_observer>);

}  // namespace

TEST_CASE("every observer of the room bears every event", "[observe]") {
  conformance::check_observer(null_observer{});
  conformance::check_observer(counting_observer{});
  conformance::check_observer(tee<null_observer, counting_observer>{});
}

TEST_CASE("a counting observer counts each kind of event by itself", "[observe]") {
  counting_observer counts;
  CHECK(counts.count<event::packet_sent>() == 0);
  conformance::tell_plausible_connection([&](auto const& e) { counts.on(e); });
  CHECK(counts.count<event::connection_started>() == 1);
  CHECK(counts.count<event::packet_sent>() == 1);
  CHECK(counts.count<event::packet_received>() == 2);
  CHECK(counts.count<event::packet_dropped>() == 1);
  CHECK(counts.count<event::packet_lost>() == 1);
  CHECK(counts.count<event::metrics_updated>() == 1);
  CHECK(counts.count<event::key_updated>() == 3);
  CHECK(counts.count<event::parameters_set>() == 1);
  CHECK(counts.count<event::connection_closed>() == 1);
}

TEST_CASE("a counting observer keeps the last event of a kind without the bytes it pointed to", "[observe]") {
  counting_observer counts;
  conformance::tell_plausible_connection([&](auto const& e) { counts.on(e); });
  auto const& received = counts.last<event::packet_received>();
  CHECK(received.kind == event::packet_kind::one_rtt);
  CHECK(received.number == 1);
  CHECK(received.mark == ecn::ce);
  CHECK(received.frames.empty());
  CHECK(counts.last<event::parameters_set>().local);
  CHECK(counts.last<event::parameters_set>().encoded.empty());
  CHECK(counts.last<event::connection_closed>().code == 0x0a);
  CHECK(counts.last<event::connection_closed>().reason.empty());
  CHECK(counts.last<event::packet_dropped>().reason == event::drop_reason::duplicate);
  CHECK(counts.last<event::metrics_updated>().rtt_variation == 5ms);
}

TEST_CASE("a tee tells its observers in the order in which they are listed", "[observe]") {
  std::string text;
  tee<spy, null_observer, other_spy> both{{&text, 'a'}, {}, {{&text, 'b'}}};
  both.on(event::packet_lost{});
  both.on(event::packet_sent{});
  CHECK(text == "abab");
  CHECK(both.get<other_spy>().letter == 'b');
}

TEST_CASE("a tee leaves observers that are not enabled alone", "[observe]") {
  tee<sleeper, counting_observer> both;
  both.on(event::packet_lost{});
  CHECK(both.get<sleeper>().told == 0);
  CHECK(both.get<counting_observer>().count<event::packet_lost>() == 1);
}
