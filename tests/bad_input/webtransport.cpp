// SPDX-License-Identifier: BSL-1.0
// What peers must not do with WebTransport: each cap with what happens at it, and each error code.
#include "watched_victim.hpp"
#include "webtransport_bench.hpp"

using namespace http3_test;
using quoin::testing::watched_bench;

namespace {

constexpr auto id_error = 0x108;
constexpr auto frame_error = 0x106;
constexpr auto stream_creation_error = 0x103;
constexpr auto excessive_load = 0x107;

}  // namespace

TEST_CASE("streams that come before their session wait, and one too many is refused",
          "[bad_input][http3][webtransport][cve_class_webtransport_unclaimed]") {
  watched_bench<serving> b;
  for (std::uint64_t i = 3; i < 7; ++i) b.receive(b.uni(i), uni_stream(8, "x"));
  CHECK(b.streams().waiting() == 3);
  CHECK(b.at(b.uni(6)).stopped == buffered_stream_rejected);
  b.receive(b.request(1), bidi_stream(8, "y"));
  b.note_events();
  CHECK(b.at(b.request(1)).stopped == buffered_stream_rejected);
  CHECK(b.at(b.request(1)).reset == buffered_stream_rejected);
  CHECK(b.take_notes().empty());
  b.ask(2);
  b.accept(2);
  CHECK(b.take_notes() ==
        "head2:CONNECT openedCu3 openedCu4 openedCu5 readableCu3 \"x\" readableCu4 \"x\" readableCu5 \"x\" ");
  CHECK(b.streams().waiting() == 0);
}

TEST_CASE("what waits for a session goes when its number is that of another stream",
          "[bad_input][http3][webtransport]") {
  watched_bench<serving> b;
  b.receive(b.uni(3), uni_stream(4, "x"));
  static_cast<void>(b.datagram_is_told(datagram_of(1, "one")));
  b.receive(b.request(1), bidi_stream(8, "y"));
  b.note_events();
  CHECK(b.at(b.uni(3)).stopped == session_gone);
  CHECK(b.streams().waiting() == 1);
  CHECK(b.streams().held_datagrams() == 0);
}

TEST_CASE("datagrams that come before their session wait within caps", "[bad_input][http3][webtransport]") {
  watched_bench<serving> b;
  CHECK_FALSE(b.datagram_is_told(datagram_of(0, "one")));
  CHECK_FALSE(b.datagram_is_told(datagram_of(0, "far too long")));
  CHECK_FALSE(b.datagram_is_told(datagram_of(0, "two")));
  CHECK_FALSE(b.datagram_is_told(datagram_of(0, "3")));
  CHECK(b.streams().held_datagrams() == 2);
  CHECK(b.streams().held_bytes() == 6);
  b.ask(0);
  CHECK_FALSE(b.datagram_is_told(datagram_of(0, "4")));  // there is still no answer
  b.accept(0);
  CHECK(b.take_notes() == "head0:CONNECT held:one held:two ");
  CHECK(b.datagram_is_told(datagram_of(0, "5")));
  CHECK(b.session.send_datagram(b.transport, b.request(0), as_bytes("6")));
  CHECK(b.transport.datagrams.back() == bytes{0x00, '6'});
  CHECK(b.streams().held_bytes() == 0);
}

TEST_CASE("there are no more sessions than the cap", "[bad_input][http3][webtransport]") {
  watched_bench<serving> b{with_sessions(2), draft07};
  for (std::uint64_t i = 0; i < 3; ++i) b.ask(i, "webtransport");
  CHECK(b.take_notes() == "head0:CONNECT head1:CONNECT ");
  CHECK(b.at(b.request(2)).reset == request_rejected);
  CHECK(b.streams().sessions() == 2);
  REQUIRE(b.session.respond(b.transport, b.request(0), refused, true));
  b.ask(3, "webtransport");
  CHECK(b.take_notes() == "head3:CONNECT ");
}

TEST_CASE("an application hears of a session only when the client's settings suffice",
          "[bad_input][http3][webtransport]") {
  SECTION("they come later") {
    watched_bench<bench> b{role::server, with_sessions()};
    b.receive(b.request(0), headers(connect()));
    CHECK(b.take_notes().empty());
    b.greet(newest);
    CHECK(b.take_notes() == "settings head0:CONNECT ");
  }
  SECTION("they do not come at all") {
    watched_bench<bench> b{role::server, with_sessions()};
    b.receive(b.request(0), headers(connect()));
    b.take_notes();
    b.transport.time += std::chrono::seconds{11};
    b.session.expire(b.transport);
    CHECK(b.at(b.request(0)).reset == 0x107);
  }
  SECTION("without HTTP datagrams") {
    watched_bench<serving> b{with_sessions(), setting_of(0x2c7cf000, 1)};
    b.ask(0);
    CHECK(b.at(b.request(0)).reset == message_error);
    CHECK(b.take_notes().empty());
  }
  SECTION("without QUIC's datagrams") {
    watched_bench<serving> b{with_sessions(), newest};
    b.transport.largest_datagram = 0;
    b.ask(0);
    CHECK(b.at(b.request(0)).reset == message_error);
  }
  SECTION("without RESET_STREAM_AT") {
    watched_bench<serving> b{with_sessions(), newest};
    b.transport.partial_resets = false;
    b.ask(0);
    CHECK(b.at(b.request(0)).reset == message_error);
  }
  SECTION("without any setting of WebTransport") {
    watched_bench<serving> b{with_sessions(), h3_datagram};
    b.ask(0);
    CHECK(b.at(b.request(0)).reset == message_error);
  }
}

TEST_CASE("session IDs that there cannot be end the connection", "[bad_input][http3][webtransport]") {
  for (std::uint64_t const id : {1U, 2U, 3U, 5U, 4U * 200U}) {
    CAPTURE(id);
    watched_bench<serving> uni;
    uni.receive(uni.uni(3), uni_stream(id, "x"));
    CHECK(uni.closed_with() == id_error);
    watched_bench<serving> bidi;
    bidi.receive(bidi.request(0), bidi_stream(id, "x"));
    bidi.note_events();
    CHECK(bidi.closed_with() == id_error);
    watched_bench<asked> client;
    client.receive(client.uni(3), uni_stream(id, "x"));
    CHECK(client.closed_with() == id_error);
    watched_bench<asked> other;
    other.receive(other.server_bidi(0), bidi_stream(id, "x"));
    CHECK(other.closed_with() == id_error);
  }
  watched_bench<serving> b;
  static_cast<void>(b.datagram_is_told(datagram_of(200, "x")));
  CHECK(b.closed_with() == id_error);
}

TEST_CASE("WT_STREAM begins a stream or ends the connection", "[bad_input][http3][webtransport]") {
  watched_bench<serving> late;
  late.receive(late.request(0), headers(get()) + bidi_stream(0, ""));
  late.note_events();
  CHECK(late.closed_with() == frame_error);
  watched_bench<serving> second;
  second.receive(second.request(0), frame(0x40, text("unknown")) + bidi_stream(0, ""));
  second.note_events();
  CHECK(second.closed_with() == frame_error);
  watched_bench<serving> control;
  control.receive(control.control(), bidi_stream(0, ""));
  CHECK(control.closed_with() == frame_error);
  watched_bench<asked> client;
  client.receive(client.id, bidi_stream(0, ""));
  client.note_events();
  CHECK(client.closed_with() == frame_error);
  // Who does not speak it does not know it.
  watched_bench<bench> other{role::server};
  other.greet();
  other.receive(other.request(0), frame(0x41, text("a frame that nobody knows")) + headers(get()));
  CHECK(other.take_notes() == "settings head0:GET ");
}

TEST_CASE("a server's stream that is none of a session ends the connection", "[bad_input][http3][webtransport]") {
  watched_bench<asked> b;
  b.receive(b.server_bidi(0), headers(get()));
  CHECK(b.closed_with() == stream_creation_error);
  watched_bench<bench> without{role::client, with_sessions()};
  without.greet(h3_datagram + connect_protocol);
  without.receive({role::server, stream_direction::bidirectional, 0}, bidi_stream(0, "x"));
  CHECK(without.closed_with() == stream_creation_error);
}

TEST_CASE("a stream of WebTransport means nothing where it was not agreed on", "[bad_input][http3][webtransport]") {
  watched_bench<serving> b{with_sessions(), h3_datagram};
  b.receive(b.uni(3), uni_stream(0, "x"));
  CHECK(b.at(b.uni(3)).stopped == stream_creation_error);
  CHECK(!b.closed_with());
}

TEST_CASE("streams that nobody will take are not refused without end", "[bad_input][http3][webtransport]") {
  auto settings = with_sessions();
  settings.nuisance_burst = 20;
  watched_bench<serving> b{settings};
  for (std::uint64_t i = 3; i < 40 && !b.closed_with(); ++i) b.receive(b.uni(i), uni_stream(8, "x"));
  CHECK(b.closed_with() == excessive_load);
}

TEST_CASE("streams that end before their session is named are too much after a while",
          "[bad_input][http3][webtransport]") {
  auto settings = with_sessions();
  settings.nuisance_burst = 20;
  for (bool const resets : {false, true}) {
    CAPTURE(resets);
    watched_bench<serving> b{settings};
    for (std::uint64_t i = 3; i < 40 && !b.closed_with(); ++i) {
      b.receive(b.uni(i), varint(0x54) + bytes{0x40}, !resets);
      if (resets) b.reset(b.uni(i), 1);
    }
    CHECK(b.closed_with() == excessive_load);
    CHECK(b.streams().size() <= 1);
  }
}
