// SPDX-License-Identifier: BSL-1.0
// What a session of WebTransport may do where both ends have limited that; the peer's every byte is the test's.
#include "webtransport_bench.hpp"

#include <catch2/generators/catch_generators.hpp>

using namespace http3_test;
using capsule = h3::webtransport::session_capsule;

namespace {

/// A server with an established session, and the events so far forgotten.
struct limited : serving {
  explicit limited(h3::session_settings const& settings, bytes const& theirs = allowing(100, 10, 10))
      : serving(settings, newest + theirs) {
    ask(0);
    REQUIRE(accept(0));
    take_notes();
    static_cast<void>(capsules(0));
  }
  auto open(stream_direction direction) { return streams().open(request(0), direction); }
  std::size_t write(stream_id id, std::string_view what) { return streams().write(id, as_bytes(what)).value(); }
  [[nodiscard]] bool take(capsule what, std::uint64_t value) {
    return streams().take_capsule(request(0), what, value).has_value();
  }
  std::string news() {
    take_notes();
    return capsules(0);
  }
};

constexpr auto bidi = stream_direction::bidirectional;
constexpr auto uni = stream_direction::unidirectional;

}  // namespace

TEST_CASE("sessions have limits where both ends have set some, of whatever kind", "[http3][webtransport]") {
  auto const has = [](h3::session_settings const& ours, bytes const& theirs) {
    serving b{ours, theirs};
    b.ask(0, b.streams().version() == h3::webtransport_version::newest ? "webtransport-h3" : "webtransport");
    REQUIRE(b.accept(0));
    return b.streams().has_limits(b.request(0));
  };
  auto const several = with_sessions(2);
  CHECK(has(several, newest + allowing(1, 0, 0)));
  CHECK(has(several, newest + allowing(0, 1, 0)));
  CHECK(has(several, newest + allowing(0, 0, 1)));
  CHECK_FALSE(has(several, newest));
  CHECK_FALSE(has(with_sessions(1), newest + allowing(1, 1, 1)));
  auto only_one = with_sessions(1);
  only_one.webtransport.limits_the_only_one = true;
  CHECK(has(only_one, newest + allowing(1, 1, 1)));
  CHECK_FALSE(has(several, draft07 + allowing(1, 1, 1)));
}

TEST_CASE("there are several sessions where each has limits, else one", "[http3][webtransport]") {
  serving b{with_sessions(2), newest + allowing(1, 1, 1)};
  for (std::uint64_t i = 0; i < 3; ++i) b.ask(i);
  CHECK(b.take_notes() == "head0:CONNECT head1:CONNECT ");
  CHECK(b.at(b.request(2)).reset == request_rejected);
  serving alone{with_sessions(2), newest};
  for (std::uint64_t i = 0; i < 2; ++i) alone.ask(i);
  CHECK(alone.take_notes() == "head0:CONNECT ");
  CHECK(alone.at(alone.request(1)).reset == request_rejected);
  bench client{role::client, with_sessions(2)};
  client.greet(newest + connect_protocol + allowing(0, 0, 1));
  CHECK(client.session.open(client.transport, asking, false));
  CHECK(client.session.open(client.transport, asking, false));
  CHECK(client.session.open(client.transport, asking, false).error() == h3::send_errc::too_many_sessions);
  bench lonely{role::client, with_sessions(2)};
  lonely.greet(newest + connect_protocol);
  CHECK(lonely.session.open(lonely.transport, asking, false));
  CHECK(lonely.session.open(lonely.transport, asking, false).error() == h3::send_errc::too_many_sessions);
}

TEST_CASE("streams of a session are opened as its peer allows, which hears once of each limit that is in the way",
          "[http3][webtransport]") {
  limited b{with_limits(100, 10, 10), allowing(100, 1, 0)};
  CHECK(b.open(bidi));
  CHECK(b.open(bidi).error() == h3::send_errc::limit_reached);
  CHECK(b.open(bidi).error() == h3::send_errc::limit_reached);
  CHECK(b.news() == "bidi_blocked:1 ");
  CHECK(b.open(uni).error() == h3::send_errc::limit_reached);
  CHECK(b.news() == "uni_blocked:0 ");
  CHECK(b.open(uni).error() == h3::send_errc::limit_reached);
  CHECK(b.news().empty());
  CHECK(b.take(capsule::max_bidi_streams, 2));
  CHECK(b.take_notes() == "streams ");
  CHECK(b.open(bidi));
  CHECK(b.open(bidi).error() == h3::send_errc::limit_reached);
  CHECK(b.news() == "bidi_blocked:2 ");
  CHECK(b.open(uni).error() == h3::send_errc::limit_reached);  // which was not raised
  CHECK(b.take(capsule::max_uni_streams, 5));
  CHECK(b.take_notes() == "streams ");
  CHECK(b.open(uni));
}

TEST_CASE("bytes of a session are written as its peer allows, on whatever stream", "[http3][webtransport]") {
  limited b{with_limits(100, 10, 10), allowing(8, 10, 10)};
  auto const one = b.open(bidi).value();
  auto const other = b.open(uni).value();
  CHECK(b.write(one, "hello") == 5);  // headers are not counted
  CHECK(b.write(other, "world") == 3);
  CHECK(b.write(one, "!") == 0);
  CHECK(b.at(other).out == bytes{0x40, 0x54, 0x00} + text("wor"));
  CHECK(b.news() == "data_blocked:8 ");
  // Room in the connection alone does not help.
  b.make_room(one, 100);
  CHECK(b.take_notes() == "writableSb0 ");
  CHECK(b.write(one, "!") == 0);
  CHECK(b.news().empty());
  CHECK(b.take(capsule::max_data, 10));
  CHECK(b.take_notes() == "writableSu3 writableSb0 ");  // who waits longer is the first
  CHECK(b.write(one, "!") == 1);
  CHECK(b.write(other, "ld") == 1);
  CHECK(b.news() == "data_blocked:10 ");
}

TEST_CASE("credit for bytes is given as the application consumes them", "[http3][webtransport]") {
  limited b{with_limits(10, 10, 10)};
  b.reads = false;
  b.receive(b.uni(3), uni_stream(0, "12345"));
  b.receive(b.request(1), bidi_stream(0, "67890"));
  CHECK(b.news().empty());
  CHECK_FALSE(b.at(b.request(0)).reset);
  b.streams().consume(b.uni(3), 4);
  CHECK(b.news().empty());  // less than half
  b.streams().consume(b.uni(3), 1);
  CHECK(b.news() == "data:15 ");
  b.streams().consume(b.request(1), 5);
  CHECK(b.news() == "data:20 ");
  b.receive(b.uni(3), text("0123456789"));
  b.streams().consume(b.uni(3), 10);
  CHECK(b.news() == "data:30 ");
  CHECK_FALSE(b.at(b.request(0)).reset);
}

TEST_CASE("credit for streams is given as they come to their end", "[http3][webtransport]") {
  limited b{with_limits(100, 2, 2)};
  b.receive(b.uni(3), uni_stream(0, "1"));
  b.receive(b.uni(4), uni_stream(0, "2"));
  b.receive(b.request(1), bidi_stream(0, "3"), true);
  b.receive(b.request(2), bidi_stream(0, "4"), true);
  CHECK(b.news().empty());
  b.receive(b.uni(3), {}, true);
  CHECK(b.news() == "uni:3 ");
  b.reset(b.uni(4), 1);
  CHECK(b.news() == "uni:4 ");
  // A stream in both directions ends when both have.
  b.streams().finish(b.request(1));
  CHECK(b.news().empty());
  b.acknowledge(b.request(1));
  CHECK(b.news() == "bidi:3 ");
  // And those of ours have nothing to do with it.
  auto const ours = b.open(uni).value();
  b.streams().finish(ours);
  b.acknowledge(ours);
  CHECK(b.take_notes() == "overSu3 ");
  CHECK(b.capsules(0).empty());
}

TEST_CASE("what nobody reads counts by the size that the peer names in the end", "[http3][webtransport]") {
  SECTION("reset with bytes that were not read") {
    limited b{with_limits(10, 10, 10)};
    b.reads = false;
    b.receive(b.uni(3), uni_stream(0, "123456789"));
    b.reset(b.uni(3), 7);
    CHECK(b.news() == "data:19 ");
  }
  SECTION("not wanted, and more comes all the same") {
    limited b{with_limits(10, 2, 2)};
    b.reads = false;
    b.receive(b.uni(3), uni_stream(0, "123"));
    b.take_notes();
    b.streams().stop(b.uni(3), h3::error_code{79});
    CHECK(b.take_notes() == "overCu3 ");
    CHECK(b.streams().size() == 1);  // its size is not known, and it counts among the streams
    CHECK(b.news().empty());
    auto& late = b.at(b.uni(3)).in;
    late = late + text("4567");
    b.reset(b.uni(3), 79);
    CHECK(b.news() == "data:17 uni:3 ");
    CHECK(b.streams().size() == 0);
  }
  SECTION("a stream that waits in vain for its session to begin") {
    serving b{with_limits(10, 2, 2), newest + allowing(100, 10, 10)};
    auto settings = with_limits(10, 5, 5);
    limited other{settings};
    for (std::uint64_t i = 3; i < 7; ++i) other.receive(other.uni(i), uni_stream(4, "1"));
    CHECK(other.at(other.uni(6)).stopped == buffered_stream_rejected);
    other.reset(other.uni(6), buffered_stream_rejected);
    other.ask(1);
    REQUIRE(other.accept(1));
    other.take_notes();
    CHECK(other.capsules(0).empty());
    for (std::uint64_t i = 3; i < 6; ++i) other.receive(other.uni(i), {}, true);
    other.take_notes();
    CHECK(other.capsules(1) == "uni:8 ");  // the fourth made room as well
  }
}

TEST_CASE("what was written and never sent before a reset costs nothing", "[http3][webtransport]") {
  for (bool const peer_stops : {false, true}) {
    CAPTURE(peer_stops);
    limited b{with_limits(100, 10, 10), allowing(10, 10, 10)};
    auto const one = b.open(bidi).value();
    auto const other = b.open(bidi).value();
    CHECK(b.write(one, "12345678") == 8);
    CHECK(b.write(other, "abc") == 2);
    b.at(one).never_sent = 6;
    if (peer_stops)
      b.stop(one, 5);
    else
      b.streams().reset(one, h3::error_code{5});
    b.take_notes();
    CHECK(b.write(other, "0123456789") == 6);
  }
}

TEST_CASE("capsules about limits wait for the answer and for room", "[http3][webtransport]") {
  serving b{with_limits(10, 10, 10), newest + allowing(0, 1, 0)};
  b.ask(0);
  REQUIRE(b.streams().take(b.request(0)));
  CHECK(b.streams().open(b.request(0), uni).error() == h3::send_errc::limit_reached);
  b.take_notes();
  CHECK(b.at(b.request(0)).out.empty());
  REQUIRE(b.session.respond(b.transport, b.request(0), accepted, false));
  b.take_notes();
  CHECK(b.capsules(0) == "uni_blocked:0 ");
  b.at(b.request(0)).room = 0;
  CHECK(b.session.write(b.transport, b.request(0), as_bytes("x")).value() == 1);  // kept, as little as it is
  b.at(b.request(0)).out.clear();
  CHECK(b.streams().open(b.request(0), bidi));
  CHECK(b.streams().open(b.request(0), bidi).error() == h3::send_errc::limit_reached);
  b.take_notes();
  b.at(b.request(0)).out.clear();
  b.make_room(b.request(0), 100);
  b.take_notes();
  auto& out = b.at(b.request(0)).out;
  bytes const said{0x99, 0x0b, 0x4d, 0x43};  // WT_STREAMS_BLOCKED
  CHECK(std::search(out.begin(), out.end(), said.begin(), said.end()) != out.end());
}

TEST_CASE("streams that wait for a session's credit are told once it is there, and forgotten with the session",
          "[http3][webtransport]") {
  limited b{with_limits(100, 10, 10), allowing(1, 10, 10)};
  std::vector<stream_id> all;
  for (int i = 0; i < 5; ++i) all.push_back(b.open(uni).value());
  CHECK(b.write(all[4], "x") == 1);
  for (auto const i : {3U, 1U, 0U, 2U}) CHECK(b.write(all[i], "x") == 0);
  CHECK(b.write(all[1], "x") == 0);  // stays where it is
  // One that is given up waits no more, be it the first, the last or in between.
  auto const given_up = GENERATE(3U, 1U, 0U, 2U);
  b.streams().reset(all[given_up], h3::error_code::no_error);
  static_cast<void>(b.take_notes());
  std::string wanted;
  for (auto const i : {3U, 1U, 0U, 2U})
    if (i != given_up) wanted += "writableSu" + std::to_string(all[i].index()) + ' ';
  CHECK(b.take(capsule::max_data, 3));
  CHECK(b.take_notes() == wanted);
  CHECK(b.take(capsule::max_data, 4));
  CHECK(b.take_notes().empty());
  CHECK(b.write(all[4], "xxx") == 3);
  CHECK(b.write(all[4], "x") == 0);
  CHECK(b.take(capsule::max_data, 5));
  CHECK(b.take_notes() == "writableSu" + std::to_string(all[4].index()) + ' ');
  CHECK(b.streams().size() == 4);
  b.reset(b.request(0), 1);
  CHECK(b.streams().size() == 0);
}

// It takes seconds; looking at all streams for each, it would take longer than a test may.
TEST_CASE("a session's credit costs little, however many streams there are", "[http3][webtransport]") {
  limited b{with_limits(100, 10, 10), allowing(10, 0, 100'000)};
  b.transport.may_open[1] = 100'000;
  for (int i = 0; i < 20'000; ++i) REQUIRE(b.open(uni));
  auto const one = b.open(uni).value();
  bool taken = true;
  for (std::uint64_t limit = 11; limit < 3'000'000; ++limit) taken = taken && b.take(capsule::max_data, limit);
  CHECK(taken);
  CHECK(b.write(one, "hello") == 5);
}

TEST_CASE("each session has limits of its own, and they go with it", "[http3][webtransport]") {
  limited b{with_limits(10, 10, 10), allowing(100, 1, 10)};
  b.ask(1);
  REQUIRE(b.accept(1));
  static_cast<void>(b.capsules(1));
  CHECK(b.open(bidi));
  CHECK(b.open(bidi).error() == h3::send_errc::limit_reached);
  CHECK(b.streams().open(b.request(1), bidi));
  b.reads = false;
  b.receive(b.uni(3), uni_stream(0, "0123456789"));
  b.receive(b.uni(4), uni_stream(4, "0123456789"));
  b.take_notes();
  CHECK_FALSE(b.at(b.request(0)).reset);
  CHECK_FALSE(b.at(b.request(1)).reset);
  REQUIRE(b.session.finish(b.transport, b.request(0)));
  CHECK_FALSE(b.streams().has_limits(b.request(0)));
  CHECK(b.streams().has_limits(b.request(1)));
}
