// SPDX-License-Identifier: BSL-1.0
// WebTransport's sessions, streams and datagrams as an HTTP/3 session tells them; the peer's every byte is the test's.
#include "webtransport_bench.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;

TEST_CASE("a session's streams are told with what they carry, whatever the cut", "[http3][webtransport]") {
  for (bool const in_pieces : {false, true}) {
    CAPTURE(in_pieces);
    serving b;
    b.ask(0);
    CHECK(b.take_notes() == "head0:CONNECT ");
    REQUIRE(b.accept(0));
    auto const say = [&](stream_id id, bytes const& what, bool ends) {
      in_pieces ? b.receive_in_pieces(id, what, ends) : b.receive(id, what, ends);
    };
    say(b.uni(3), uni_stream(0, ""), false);
    b.receive(b.uni(3), text("one way"), true);
    CHECK(b.take_notes() == "openedCu3 readableCu3 \"one way\" endCu3 overCu3 ");
    say(b.request(1), bidi_stream(0, ""), false);
    b.receive(b.request(1), text("both ways"), true);
    CHECK(b.take_notes() == "openedCb1 readableCb1 \"both ways\" endCb1 ");
    CHECK(b.streams().write(b.request(1), as_bytes("back")).value() == 4);
    b.streams().finish(b.request(1));
    CHECK(b.at(b.request(1)).out == text("back"));
    CHECK(b.at(b.request(1)).finished);
    b.acknowledge(b.request(1));
    CHECK(b.take_notes() == "overCb1 ");
    CHECK(b.streams().size() == 0);
    CHECK(!b.closed_with());
  }
}

TEST_CASE("a server opens streams of a session behind their header", "[http3][webtransport]") {
  serving b;
  b.ask(0);
  b.accept(0);
  b.take_notes();
  auto const both = b.streams().open(b.request(0), stream_direction::bidirectional);
  REQUIRE(both);
  CHECK(b.streams().write(*both, as_bytes("hello")).value() == 5);
  CHECK(b.at(*both).out == bytes{0x40, 0x41, 0x00} + text("hello"));
  b.transport.streams[*both].in = text("answer");
  b.session.on_event(b.transport, {stream_event::kind::readable, *both, 0});
  CHECK(b.take_notes() == "readableSb0 \"answer\" ");
  auto const one = b.streams().open(b.request(0), stream_direction::unidirectional);
  REQUIRE(one);
  CHECK(b.at(*one).out == bytes{0x40, 0x54, 0x00});
  CHECK(b.streams().open(b.request(5), stream_direction::unidirectional).error() == h3::send_errc::unknown_exchange);
  b.transport.may_open[1] = b.transport.opened[1];
  CHECK(b.streams().open(b.request(0), stream_direction::unidirectional).error() == h3::send_errc::limit_reached);
  b.session.on_event(b.transport, {stream_event::kind::streams_available, *one, 0});
  CHECK(b.take_notes() == "streams ");
}

TEST_CASE("a header that the connection does not take at once is sent before anything else", "[http3][webtransport]") {
  serving b;
  b.ask(0);
  b.accept(0);
  b.take_notes();
  auto const id = b.streams().open(b.request(0), stream_direction::unidirectional);
  REQUIRE(id);
  b.transport.streams[stream_id{id->value() + 4}].room = 1;
  auto const next = b.streams().open(b.request(0), stream_direction::unidirectional);
  REQUIRE(next);
  CHECK(b.streams().write(*next, as_bytes("later")).value() == 0);
  b.streams().finish(*next);
  CHECK_FALSE(b.at(*next).finished);
  b.make_room(*next, 100);
  CHECK(b.at(*next).out == bytes{0x40, 0x54, 0x00});
  CHECK(b.at(*next).finished);
}

TEST_CASE("a client hears of a server's streams when its session is established", "[http3][webtransport]") {
  asked b;
  b.receive(b.server_bidi(0), bidi_stream(b.id.value(), "early"));
  b.receive(b.uni(3), uni_stream(b.id.value(), "bird"));
  CHECK(b.take_notes().empty());
  CHECK(b.streams().waiting() == 2);
  b.establish();
  CHECK(b.take_notes() == "openedSb0 openedSu3 readableSb0 \"early\" readableSu3 \"bird\" ");
  CHECK(b.streams().waiting() == 0);
  auto const mine = b.streams().open(b.id, stream_direction::bidirectional);
  REQUIRE(mine);
  CHECK(b.at(*mine).out == bytes{0x40, 0x41} + varint(b.id.value()));
  // The number is no request's.
  CHECK(b.session.open(b.transport, asking, false).error() == h3::send_errc::too_many_sessions);
}

TEST_CASE("a client may speak before it has an answer, but hears nothing", "[http3][webtransport]") {
  for (bool const accepts : {true, false}) {
    CAPTURE(accepts);
    asked b;
    CHECK(b.streams().open(b.id, stream_direction::bidirectional).error() == h3::send_errc::unknown_exchange);
    REQUIRE(b.streams().take(b.id));
    auto const mine = b.streams().open(b.id, stream_direction::bidirectional);
    REQUIRE(mine);
    CHECK(b.streams().write(*mine, as_bytes("first")).value() == 5);
    CHECK(b.at(*mine).out == bytes{0x40, 0x41} + varint(b.id.value()) + text("first"));
    CHECK(b.session.send_datagram(b.transport, b.id, as_bytes("also")));
    b.receive(b.server_bidi(0), bidi_stream(b.id.value(), "early"));
    CHECK_FALSE(b.session.on_datagram(b.transport, datagram_of(b.id.index(), "bird")));
    CHECK(b.take_notes().empty());
    CHECK(b.streams().waiting() == 1);
    CHECK(b.streams().held_datagrams() == 1);
    b.receive(b.id, headers(accepts ? ok() : lines{{":status", "404"}}));
    CHECK(b.take_notes() == (accepts ? "head0:200 " : "head0:404 "));
    CHECK(b.streams().take(b.id) == accepts);
    CHECK(b.take_notes() == (accepts ? "openedSb0 held:bird readableSb0 \"early\" " : ""));
    CHECK(b.at(*mine).reset == (accepts ? std::nullopt : std::optional<std::uint64_t>{session_gone}));
    if (accepts) continue;
    CHECK(b.at(b.server_bidi(0)).stopped == session_gone);
    CHECK(b.streams().size() == 0);
    CHECK(b.streams().held_datagrams() == 0);
    CHECK(b.streams().sessions() == 0);
    CHECK_FALSE(b.session.send_datagram(b.transport, b.id, as_bytes("late")));
  }
}

TEST_CASE("a refused session takes what waited for it along", "[http3][webtransport]") {
  serving b;
  b.receive(b.uni(3), uni_stream(0, "x"));
  static_cast<void>(b.datagram_is_told(datagram_of(0, "one")));
  b.ask(0);
  REQUIRE(b.session.respond(b.transport, b.request(0), refused, true));
  CHECK(b.at(b.uni(3)).stopped == session_gone);
  CHECK(b.streams().size() == 0);
  CHECK(b.streams().held_datagrams() == 0);
  CHECK(b.streams().sessions() == 0);
}

TEST_CASE("a session that ends takes its streams along", "[http3][webtransport]") {
  enum class way { finished, ended, reset, stopped };
  for (auto const how : {way::finished, way::ended, way::reset, way::stopped}) {
    CAPTURE(static_cast<int>(how));
    serving b;
    b.ask(0);
    b.accept(0);
    b.receive(b.request(1), bidi_stream(0, "open"));
    b.note_events();
    auto const ours = b.streams().open(b.request(0), stream_direction::unidirectional);
    REQUIRE(ours);
    if (how == way::finished) REQUIRE(b.session.finish(b.transport, b.request(0)));
    if (how == way::ended) b.receive(b.request(0), {}, true);
    if (how == way::reset) b.reset(b.request(0), 0x10c);
    if (how == way::stopped) b.stop(b.request(0), session_gone);
    b.note_events();
    CHECK(b.at(b.request(1)).stopped == session_gone);
    CHECK(b.at(b.request(1)).reset == session_gone);
    CHECK(b.at(*ours).reset == session_gone);
    CHECK(b.at(*ours).spared == 3);
    CHECK(b.streams().size() == 0);
    CHECK(b.streams().sessions() == 0);
    CHECK_FALSE(b.datagram_is_told(datagram_of(0, "late")));
    CHECK_FALSE(b.session.send_datagram(b.transport, b.request(0), as_bytes("late")));
    CHECK(b.streams().open(b.request(0), stream_direction::unidirectional).error() == h3::send_errc::unknown_exchange);
    b.receive(b.uni(3), uni_stream(0, "late"));
    CHECK(b.at(b.uni(3)).stopped == session_gone);
    CHECK(!b.closed_with());
  }
}

TEST_CASE("resets and refusals of a session's streams are told with their codes", "[http3][webtransport]") {
  serving b;
  b.ask(0);
  b.accept(0);
  b.receive(b.request(1), bidi_stream(0, "x"));
  b.take_notes();
  b.reset(b.request(1), 77);
  CHECK(b.take_notes() == "resetCb1:77 ");
  b.stop(b.request(1), 78);
  CHECK(b.take_notes() == "stoppedCb1:78 overCb1 ");
  b.receive(b.request(2), bidi_stream(0, ""));
  b.take_notes();
  b.streams().stop(b.request(2), h3::error_code{79});
  b.streams().reset(b.request(2), h3::error_code{80});
  CHECK(b.at(b.request(2)).stopped == 79);
  CHECK(b.at(b.request(2)).reset == 80);
  CHECK(b.at(b.request(2)).spared == 0);  // the header was the client's
  CHECK(b.take_notes() == "overCb2 ");
  // Without the extension the whole stream is given up.
  b.transport.partial_resets = false;
  auto const ours = b.streams().open(b.request(0), stream_direction::bidirectional);
  REQUIRE(ours);
  b.streams().reset(*ours, h3::error_code{81});
  CHECK(b.at(*ours).reset == 81);
  CHECK(b.at(*ours).spared == 0);
}

TEST_CASE("a stream that ends or is reset inside its header is nobody's", "[http3][webtransport]") {
  serving b;
  b.ask(0);
  b.accept(0);
  b.take_notes();
  b.receive(b.uni(3), varint(0x54), true);
  b.receive(b.uni(4), varint(0x54) + bytes{0x40}, true);
  b.receive(b.uni(5), varint(0x54) + bytes{0x40});
  b.reset(b.uni(5), 1);
  CHECK(b.take_notes().empty());
  CHECK(b.streams().size() == 0);
  CHECK(!b.closed_with());
}

TEST_CASE("the newest draft that both ends know is spoken", "[http3][webtransport]") {
  using version = h3::webtransport_version;
  auto const with = [](bytes const& theirs, std::uint32_t sessions = 1) {
    serving b{with_sessions(sessions), theirs};
    return b.streams().version();
  };
  CHECK(with(newest) == version::newest);
  CHECK(with(newest + setting_of(0xc671706a, 1)) == version::newest);
  CHECK(with(newest + setting_of(0xc671706a, 1), 2) == version::newest);
  CHECK(with(newest, 2) == version::newest);
  CHECK(with(draft07) == version::draft07);
  CHECK(with(draft02) == version::draft02);
  CHECK(with(h3_datagram) == version::none);
  serving b{with_sessions(), draft07};
  b.ask(0, "webtransport-h3");
  CHECK(b.take_notes() == "head0:CONNECT ");  // as something else, which an application may know
  CHECK_FALSE(b.accept(0));
  b.ask(1, "webtransport");
  CHECK(b.take_notes() == "head1:CONNECT ");
  CHECK(b.accept(1));
}

TEST_CASE("a server says what it knows of WebTransport", "[http3][webtransport]") {
  auto const said = [](h3::session_settings const& settings, bool partial_resets) {
    bench b{role::server, settings};
    byte_transport on;
    on.partial_resets = partial_resets;
    h3::session<byte_transport> session{role::server, settings, hash_key{1, 2}};
    session.on_connected(on);
    auto const& control = on.streams.at({role::server, stream_direction::unidirectional, 0}).out;
    auto const read = h3::read_settings(byte_view{control}.subspan(3, control[2]));
    REQUIRE(read);
    return *read;
  };
  auto const usual = said(with_sessions(), true);
  CHECK(usual.webtransport);
  CHECK(usual.webtransport_max_sessions == 1);
  CHECK(usual.webtransport_draft02);
  CHECK(usual.enable_connect_protocol);
  CHECK_FALSE(said(with_sessions(), false).webtransport);
  CHECK_FALSE(usual.limits_sessions());
  auto const several = said(with_sessions(4), true);
  CHECK(several.webtransport);
  CHECK(several.webtransport_max_sessions == 4);
  CHECK(several.webtransport_max_data == 1024 * 1024);
  CHECK(several.webtransport_max_streams == std::array<std::uint64_t, 2>{100, 100});
  CHECK_FALSE(said(with_sessions(4), false).limits_sessions());
  auto const none = said({}, true);
  CHECK_FALSE(none.webtransport);
  CHECK(none.webtransport_max_sessions == 0);
  CHECK_FALSE(none.webtransport_draft02);
}

TEST_CASE("a client asks for a session only where it may have one", "[http3][webtransport]") {
  bench b{role::client, with_sessions()};
  CHECK(b.session.open(b.transport, asking, false).error() == h3::send_errc::limit_reached);  // settings are to come
  b.greet(h3_datagram + connect_protocol);
  CHECK(b.session.open(b.transport, asking, false).error() == h3::send_errc::not_agreed);
  asked other;
  CHECK(other.session.session_protocol(other.transport) == "webtransport-h3");
  CHECK(other.session.open(other.transport, asking, false).error() == h3::send_errc::too_many_sessions);
}

TEST_CASE("behind GOAWAY there are streams of a session, but no requests", "[http3][webtransport]") {
  serving b;
  b.ask(0);
  b.accept(0);
  b.take_notes();
  b.session.shutdown(b.transport);
  b.receive(b.request(1), headers(get()), true);
  b.receive(b.request(2), bidi_stream(0, "still here"));
  CHECK(b.take_notes() == "openedCb2 readableCb2 \"still here\" ");
  CHECK(b.at(b.request(1)).reset == request_rejected);
  CHECK(!b.closed_with());
}
