// SPDX-License-Identifier: BSL-1.0
// Peers that do more in a session of WebTransport than they are allowed.
#include "watched_victim.hpp"
#include "webtransport_bench.hpp"

using namespace http3_test;
using quoin::testing::watched_bench;
using capsule = h3::webtransport::session_capsule;

namespace {

bytes const theirs = newest + allowing(100, 10, 10);

/// A server that allows 10 bytes and two streams of each direction.
struct strict : serving {
  strict() : serving(with_limits(10, 2, 2), theirs) { reads = false; }
  void begin(std::uint64_t index = 0) {
    ask(index);
    REQUIRE(accept(index));
    take_notes();
  }
  [[nodiscard]] bool refused(std::uint64_t index = 0) {
    return at(request(index)).reset == flow_control_error && at(request(index)).stopped == flow_control_error &&
           !closed_with();
  }
};

}  // namespace

TEST_CASE("more bytes than a session's limit end it",
          "[bad_input][http3][webtransport][cve_class_webtransport_greedy]") {
  SECTION("on one stream, to the byte") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "0123456789"));
    b.take_notes();
    CHECK_FALSE(b.at(b.request(0)).reset);
    b.receive(b.uni(3), text("x"));
    CHECK(b.refused());
    CHECK(b.take_notes() == "failed0:" + std::to_string(flow_control_error) + " over0 ");
    CHECK(b.at(b.uni(3)).stopped == session_gone);
    CHECK(b.streams().size() == 0);
    CHECK(b.streams().sessions() == 0);
  }
  SECTION("at once, with the header") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.request(1), bidi_stream(0, "0123456789x"));
    b.take_notes();
    CHECK(b.refused());
  }
  SECTION("over several streams") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "012345"));
    b.receive(b.request(1), bidi_stream(0, "012345"));
    b.take_notes();
    CHECK(b.refused());
  }
  SECTION("by the size of a stream that is reset") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "012345"));
    b.take_notes();
    auto& in = b.at(b.uni(3)).in;
    in = in + text("67890");
    b.reset(b.uni(3), 1);
    CHECK(b.refused());
  }
  SECTION("by the size of a stream that nobody reads any more") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "0123"));
    b.take_notes();
    b.streams().stop(b.uni(3), h3::error_code{1});
    b.take_notes();
    b.receive(b.uni(3), text("0123456789x"), true);
    CHECK(b.refused());
  }
  SECTION("what was consumed makes room") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "0123456789"));
    b.take_notes();
    b.streams().consume(b.uni(3), 10);
    b.take_notes();  // says so
    b.receive(b.uni(3), text("0123456789"));
    CHECK_FALSE(b.at(b.request(0)).reset);
    b.receive(b.uni(3), text("x"));
    CHECK(b.refused());
  }
  SECTION("before the application has read what came late") {
    watched_bench<strict> b;
    b.begin();
    b.receive(b.uni(3), uni_stream(0, "0123456789"));
    b.take_notes();
    auto& in = b.at(b.uni(3)).in;
    in = in + text("x");  // and nobody was told yet
    b.streams().consume(b.uni(3), 10);
    CHECK(b.refused());
  }
}

TEST_CASE("more streams than a session's limit end it",
          "[bad_input][http3][webtransport][cve_class_webtransport_greedy]") {
  for (bool const both_ways : {false, true}) {
    CAPTURE(both_ways);
    watched_bench<strict> b;
    b.begin();
    for (std::uint64_t i = 1; i < 4; ++i) {
      CHECK_FALSE(b.at(b.request(0)).reset);
      if (both_ways)
        b.receive(b.request(i), bidi_stream(0, "x"));
      else
        b.receive(b.uni(2 + i), uni_stream(0, "x"));
      b.take_notes();
    }
    CHECK(b.refused());
    CHECK(b.streams().size() == 0);
  }
}

TEST_CASE("limits hold before a session has begun", "[bad_input][http3][webtransport][cve_class_webtransport_greedy]") {
  SECTION("streams, and the request comes afterwards") {
    watched_bench<strict> b;
    for (std::uint64_t i = 3; i < 8; ++i) b.receive(b.uni(i), uni_stream(0, "x"));
    b.ask(0);
    CHECK(b.refused());
    CHECK(b.take_notes().empty());
    CHECK(b.streams().size() == 0);
    CHECK(b.streams().waiting() == 0);
  }
  SECTION("bytes, while the request has no answer") {
    watched_bench<strict> b;
    b.ask(0);
    b.receive(b.uni(3), uni_stream(0, "0123456789x"));
    CHECK(b.refused());
  }
  SECTION("streams that came before the settings are counted when it begins") {
    watched_bench<bench> b{role::server, with_limits(10, 2, 2)};
    for (std::uint64_t i = 3; i < 6; ++i) b.receive(b.uni(i), uni_stream(0, "x"));
    b.receive(b.request(0), headers(connect()));
    b.greet(theirs);
    CHECK(b.take_notes() == "settings head0:CONNECT ");
    CHECK_FALSE(b.session.data_streams(b.transport).take(b.request(0)));
    CHECK(b.at(b.request(0)).reset == flow_control_error);
    CHECK(b.session.data_streams(b.transport).size() == 0);
  }
  SECTION("who does it again and again") {
    auto settings = with_limits(10, 2, 2);
    settings.nuisance_burst = 20;
    watched_bench<serving> b{settings, theirs};
    for (std::uint64_t i = 3; i < 40 && !b.closed_with(); ++i) b.receive(b.uni(i), uni_stream(8, "x"));
    CHECK(b.closed_with() == 0x107);
  }
}

TEST_CASE("capsules that take back what was allowed end the session", "[bad_input][http3][webtransport]") {
  constexpr auto most = std::uint64_t{1} << 60;
  struct row {
    capsule what;
    std::uint64_t value;
    bool good;
  };
  constexpr row rows[] = {
      {capsule::max_data, 101, true},
      {capsule::max_data, 100, false},
      {capsule::max_data, 99, false},
      {capsule::max_data, varint_max, true},
      {capsule::max_bidi_streams, 11, true},
      {capsule::max_bidi_streams, 10, false},
      {capsule::max_bidi_streams, 0, false},
      {capsule::max_bidi_streams, most, true},
      {capsule::max_uni_streams, 11, true},
      {capsule::max_uni_streams, 10, false},
      {capsule::max_uni_streams, 9, false},
      {capsule::max_uni_streams, most + 1, false},
      {capsule::data_blocked, 0, true},
      {capsule::data_blocked, varint_max, true},
      {capsule::bidi_streams_blocked, 1, true},
      {capsule::bidi_streams_blocked, most + 1, false},
      {capsule::uni_streams_blocked, most, true},
      {capsule::uni_streams_blocked, most + 1, false},
  };
  for (auto const& row : rows) {
    CAPTURE(static_cast<std::uint64_t>(row.what), row.value);
    watched_bench<strict> b;
    b.begin();
    auto const taken = b.streams().take_capsule(b.request(0), row.what, row.value);
    CHECK(taken.has_value() == row.good);
    if (!taken) CHECK(number_of(taken.error().code) == flow_control_error);
    if (!taken) CHECK(taken.error().scope == h3::error_scope::stream);
  }
  watched_bench<strict> again;
  again.begin();
  CHECK(again.streams().take_capsule(again.request(0), capsule::max_data, 200));
  CHECK_FALSE(again.streams().take_capsule(again.request(0), capsule::max_data, 200));
  // Without limits they mean nothing.
  watched_bench<serving> without{with_sessions(), newest};
  without.ask(0);
  REQUIRE(without.accept(0));
  CHECK(without.streams().take_capsule(without.request(0), capsule::max_uni_streams, most + 1));
}
