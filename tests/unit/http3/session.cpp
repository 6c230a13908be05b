// SPDX-License-Identifier: BSL-1.0
// Requests and responses as they should be, byte by byte.
#include "byte_transport.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;

namespace {

h3::field const ok_fields[] = {{":status", "200", false}};
h3::field const get_fields[] = {
    {":method", "GET", false}, {":scheme", "https", false}, {":authority", "a.test", false}, {":path", "/", false}};

/// What the peer would read: the frames' types and, of DATA, the payload.
std::string frames_in(bytes const& out) {
  std::string found;
  h3::frame_reader reader;
  byte_view view{out};
  while (!view.empty()) {
    if (!reader.in_payload()) {
      auto const header = reader.read_header(view);
      if (!header) break;
      found += header->type == 0 ? "D" : header->type == 1 ? "H" : "?";
    }
    auto const piece = reader.payload_of(view);
    if (reader.current().type == 0) found += as_text(piece);
    reader.took(piece.size());
    view = view.subspan(piece.size());
  }
  return found + (reader.between_frames() ? "" : "...");
}

}  // namespace

TEST_CASE("each end says its settings first and opens the streams of QPACK", "[http3][rfc9114]") {
  for (auto const self : {role::client, role::server}) {
    bench b{self};
    auto const ours = [self](std::uint64_t index) { return stream_id{self, stream_direction::unidirectional, index}; };
    auto const& control = b.at(ours(0)).out;
    REQUIRE(control.size() > 3);
    CHECK(control[0] == 0);
    CHECK(control[1] == 4);
    byte_view view = byte_view{control}.subspan(1);
    h3::frame_reader reader;
    REQUIRE(reader.read_header(view));
    auto const settings = h3::read_settings(reader.payload_of(view));
    REQUIRE(settings);
    CHECK(settings->max_field_section_size == 64 * 1024);
    CHECK(settings->h3_datagram);
    CHECK(b.at(ours(1)).out == bytes{2});
    CHECK(b.at(ours(2)).out == bytes{3});
    CHECK(!b.closed_with());
  }
}

TEST_CASE("a request is told part by part and answered", "[http3][rfc9114]") {
  bench b{role::server};
  b.greet();
  CHECK(b.take_notes() == "settings ");
  b.receive(b.request(0),
            headers(get({{"content-length", "5"}})) + content("he") + content("llo") + headers({{"x", "y"}}), true);
  CHECK(b.take_notes() == "head0:GET content0 \"he\" \"llo\" trailers0 end0 ");
  CHECK(b.session.trailers(b.request(0))->find("x") == "y");
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, false));
  CHECK(b.session.write(b.transport, b.request(0), text("hi")).value() == 2);
  h3::field const trailer[] = {{"digest", "1", false}};
  REQUIRE(b.session.finish(b.transport, b.request(0), trailer));
  CHECK(frames_in(b.at(b.request(0)).out) == "HDhiH");
  CHECK(b.at(b.request(0)).finished);
  CHECK(b.take_notes().empty());
  b.acknowledge(b.request(0));
  CHECK(b.take_notes() == "over0 ");
  CHECK(b.session.open_exchanges() == 0);
}

TEST_CASE("a request says the same in single bytes", "[http3][rfc9114]") {
  bench b{role::server};
  b.receive_in_pieces(b.control(), bytes{0} + frame(4, {0x06, 0x44, 0x00}) + frame(0x21, text("xyz")));
  b.receive_in_pieces(b.request(0), frame(0x40, text("abc")) + headers(get()) + content("xy") + headers({{"t", "1"}}),
                      true);
  CHECK(b.take_notes() == "settings head0:GET content0 \"x\" content0 \"y\" trailers0 end0 ");
  CHECK(b.session.held_sections() == 0);
  CHECK(!b.closed_with());
}

TEST_CASE("a client sends a request and gets interim responses and one that counts", "[http3][rfc9114]") {
  bench b{role::client};
  b.greet();
  auto const id = b.session.open(b.transport, get_fields, true);
  REQUIRE(id);
  CHECK(frames_in(b.at(*id).out) == "H");
  CHECK(b.at(*id).finished);
  b.acknowledge(*id);
  b.receive(*id, headers({{":status", "103"}, {"link", "x"}}) + headers({{":status", "100"}}) + headers(ok()));
  CHECK(b.take_notes() == "settings interim0:103 interim0:100 head0:200 ");
  b.receive(*id, content("body"), true);
  CHECK(b.take_notes() == "content0 \"body\" end0 over0 ");
  CHECK(b.session.open_exchanges() == 0);
}

TEST_CASE("content that nobody reads is not consumed", "[http3][rfc9114]") {
  bench b{role::server};
  b.reads = false;
  b.receive(b.request(0), headers(get()) + content("0123456789"));
  CHECK(b.take_notes() == "head0:GET content0 ");
  auto const before = b.at(b.request(0)).consumed;
  b.receive(b.request(0), content("more"));
  CHECK(b.take_notes().empty());
  CHECK(b.at(b.request(0)).consumed == before);
  auto const view = b.session.peek(b.transport, b.request(0));
  CHECK(as_text(view) == "0123456789");
  b.session.consume(b.transport, b.request(0), 4);
  CHECK(b.at(b.request(0)).consumed == before + 4);
  b.read(b.request(0));
  CHECK(b.take_notes() == "\"456789\" \"more\" ");
  b.receive(b.request(0), content("!"), true);
  CHECK(b.take_notes() == "content0 ");
}

TEST_CASE("what the transport does not take is sent when it does", "[http3][rfc9114]") {
  bench b{role::server};
  b.receive(b.request(0), headers(get()), true);
  b.take_notes();
  b.at(b.request(0)).room = 3;
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, false));
  bytes const body(100'000, 'x');
  auto const first = b.session.write(b.transport, b.request(0), body);
  REQUIRE(first);
  std::size_t sent = *first;
  CHECK(sent <= 16 * 1024);
  for (int turn = 0; sent < body.size(); ++turn) {
    REQUIRE(turn < 1000);
    b.make_room(b.request(0), 1000);
    if (b.take_notes() != "writable0 ") continue;
    sent += b.session.write(b.transport, b.request(0), byte_view{body}.subspan(sent)).value();
  }
  REQUIRE(b.session.finish(b.transport, b.request(0)));
  CHECK(!b.at(b.request(0)).finished);
  b.make_room(b.request(0), 1 << 20);
  CHECK(b.at(b.request(0)).finished);
  auto const frames = frames_in(b.at(b.request(0)).out);
  CHECK(std::count(frames.begin(), frames.end(), 'x') == 100'000);
  CHECK(frames.front() == 'H');
}

TEST_CASE("what is to be sent must be well-formed and in order", "[http3][rfc9114]") {
  bench b{role::server};
  b.receive(b.request(0), headers(get()), true);
  CHECK(b.session.respond(b.transport, b.request(0), ok_fields, false).error() == h3::send_errc::out_of_order);
  b.take_notes();
  h3::field const bad[] = {{":status", "200", false}, {"X", "1", false}};
  h3::field const split[] = {{":status", "200", false}, {"x", "1\r\ny: 2", false}};
  h3::field const undefined[] = {{":status", "200", false}, {":mood", "good", false}};
  h3::field const late[] = {{"x", "1", false}, {":status", "200", false}};
  h3::field const early[] = {{":status", "103", false}};
  CHECK(b.session.respond(b.transport, b.request(0), bad, true).error() == h3::send_errc::malformed);
  CHECK(b.session.respond(b.transport, b.request(0), undefined, true).error() == h3::send_errc::malformed);
  CHECK(b.session.respond(b.transport, b.request(0), late, true).error() == h3::send_errc::malformed);
  CHECK(b.session.respond(b.transport, b.request(0), split, true).error() == h3::send_errc::malformed);
  CHECK(b.session.respond(b.transport, b.request(0), early, true).error() == h3::send_errc::out_of_order);
  CHECK(b.session.write(b.transport, b.request(0), text("x")).error() == h3::send_errc::out_of_order);
  CHECK(b.session.respond(b.transport, b.request(0), early, false));
  CHECK(b.session.respond(b.transport, b.request(0), ok_fields, true));
  CHECK(b.session.respond(b.transport, b.request(0), ok_fields, true).error() == h3::send_errc::out_of_order);
  CHECK(b.session.write(b.transport, b.request(9), text("x")).error() == h3::send_errc::unknown_exchange);
}

TEST_CASE("fields that are more than the peer takes are not sent", "[http3][rfc9114]") {
  bench b{role::client};
  b.greet({0x06, 0x32});
  CHECK(b.session.open(b.transport, get_fields, true).error() == h3::send_errc::too_large);
  CHECK(b.transport.opened[0] == 1);
  CHECK(b.at(b.request(0)).reset == 0x10c);
}

TEST_CASE("sections that refer to the dynamic table wait for it", "[http3][rfc9204]") {
  bench b{role::server};
  b.greet();
  // Required Insert Count 1, then the entry: ":path" = "/table"; the rest is literal.
  auto head = bytes{0x02, 0x00, 0xd1, 0xd7, 0x50, 0x01, 'a', 0x80};
  b.receive(b.request(0), frame(1, head));
  CHECK(b.take_notes() == "settings ");
  auto const kept = b.at(b.request(0)).consumed;
  CHECK(kept <= 2);  // the section itself is not consumed: its bytes stay charged to flow control
  b.receive(b.request(1), headers(get()), true);
  CHECK(b.take_notes() == "head1:GET end1 ");
  b.receive(b.encoder(), bytes{0x3f, 0xe1, 0x1f, 0xc1, 0x06} + text("/table"));
  CHECK(b.take_notes() == "head0:GET ");
  CHECK(b.session.head(b.request(0))->path == "/table");
  auto const& answers = b.at(stream_id{role::server, stream_direction::unidirectional, 2}).out;
  CHECK(answers == bytes{3, 0x01, 0x80});  // the entry has come, and the section has been decoded
}

TEST_CASE("priorities come from the field and from updates, and updates win", "[http3][rfc9218]") {
  bench b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get({{"priority", "u=1, i"}})), true);
  b.take_notes();
  CHECK(b.at(b.request(0)).priority == stream_priority{1, true});
  auto const update = [](std::uint64_t id, std::string_view value) { return frame(0xf0700, varint(id) + text(value)); };
  b.receive(b.control(), update(0, "u=5"));
  CHECK(b.at(b.request(0)).priority == stream_priority{5, false});
  b.receive(b.control(), update(4, "u=6") + update(4, "u=7, i") + update(8, "no dictionary!"));
  b.receive(b.request(1), headers(get({{"priority", "u=0"}})), true);
  b.take_notes();
  CHECK(b.at(b.request(1)).priority == stream_priority{7, true});
  b.receive(b.request(2), headers(get()), true);
  CHECK(b.at(b.request(2)).priority == stream_priority{});
  CHECK(!b.closed_with());
}

TEST_CASE("a client tells the server of its priorities", "[http3][rfc9218]") {
  bench b{role::client};
  b.greet();
  auto const id = b.session.open(b.transport, get_fields, true);
  auto& control = b.at(stream_id{role::client, stream_direction::unidirectional, 0}).out;
  control.clear();
  REQUIRE(b.session.prioritize(b.transport, *id, {2, true}));
  CHECK(control == frame(0xf0700, varint(0) + text("u=2, i")));
}

TEST_CASE("a server keeps its priorities to itself", "[http3][rfc9218]") {
  bench b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()), true);
  auto& control = b.at(stream_id{role::server, stream_direction::unidirectional, 0}).out;
  REQUIRE_FALSE(control.empty());
  control.clear();
  REQUIRE(b.session.prioritize(b.transport, b.request(0), {2, true}));
  CHECK(control.empty());
}

TEST_CASE("datagrams reach the request that takes them", "[http3][rfc9297]") {
  bench b{role::server};
  b.greet({0x33, 0x01});
  b.receive(b.request(0), headers(get()));
  CHECK(!b.session.on_datagram(b.transport, bytes{0x00, 'x'}));  // before anybody knows what the request is
  b.take_notes();
  b.session.take_datagrams(b.request(0));
  auto const datagram = b.session.on_datagram(b.transport, bytes{0x00, 'h', 'i'});
  REQUIRE(datagram);
  CHECK(datagram->id == b.request(0));
  CHECK(datagram->payload.size() == 2);
  CHECK(b.session.send_datagram(b.transport, b.request(0), text("yo")));
  CHECK(b.transport.datagrams == std::vector<bytes>{{0x00, 'y', 'o'}});
  CHECK(!b.session.send_datagram(b.transport, b.request(1), text("yo")));
  // RFC 9297 2.1: none behind the end of what we send.
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, true));
  CHECK(!b.session.send_datagram(b.transport, b.request(0), text("yo")));
  CHECK(b.transport.datagrams.size() == 1);
}

TEST_CASE("a tunnel carries data both ways", "[http3][rfc9114][rfc9220]") {
  bench b{role::server, {.extended_connect = true}};
  b.greet();
  b.receive(b.request(0), headers({{":method", "CONNECT"}, {":authority", "a.test:1"}}) + content("up"));
  b.receive(b.request(1), headers({{":method", "CONNECT"},
                                   {":protocol", "websocket"},
                                   {":scheme", "https"},
                                   {":authority", "a.test"},
                                   {":path", "/"}}));
  CHECK(b.take_notes() == "settings head0:CONNECT head1:CONNECT content0 \"up\" ");
  CHECK(b.session.head(b.request(1))->protocol == "websocket");
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, false));
  CHECK(b.session.write(b.transport, b.request(0), text("down")).value() == 4);
  b.receive(b.request(0), {}, true);
  CHECK(b.take_notes() == "end0 ");
  b.receive(b.request(1), headers({{"x", "y"}}));
  b.take_notes();
  CHECK(b.closed_with() == 0x105);
}

TEST_CASE("extended CONNECT is asked for only where it is known", "[http3][rfc9220]") {
  h3::field const extended[] = {{":method", "CONNECT", false},
                                {":protocol", "websocket", false},
                                {":scheme", "https", false},
                                {":authority", "a.test", false},
                                {":path", "/", false}};
  bench early{role::client};
  CHECK(early.session.open(early.transport, extended, false).error() == h3::send_errc::limit_reached);
  bench strange{role::client};
  strange.greet();
  CHECK(strange.session.open(strange.transport, extended, false).error() == h3::send_errc::not_agreed);
  bench known{role::client};
  known.greet({0x08, 0x01});
  CHECK(known.session.open(known.transport, extended, false));
}

TEST_CASE("a server that goes away refuses what comes later and closes when the rest is done", "[http3][rfc9114]") {
  bench b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()), true);
  b.take_notes();
  auto& control = b.at(stream_id{role::server, stream_direction::unidirectional, 0}).out;
  control.clear();
  b.session.announce_shutdown(b.transport);
  CHECK(control == frame(7, varint(varint_max - 3)));
  b.receive(b.request(1), headers(get()), true);
  CHECK(b.take_notes() == "head1:GET end1 ");
  control.clear();
  b.session.shutdown(b.transport);
  CHECK(control == frame(7, varint(8)));
  b.receive(b.request(2), headers(get()), true);
  CHECK(b.take_notes().empty());
  CHECK(b.at(b.request(2)).reset == 0x10b);
  CHECK(b.at(b.request(2)).stopped == 0x10b);
  for (std::uint64_t i = 0; i < 2; ++i) {
    CHECK(!b.closed_with());
    REQUIRE(b.session.respond(b.transport, b.request(i), ok_fields, true));
    b.acknowledge(b.request(i));
    b.take_notes();
  }
  CHECK(b.closed_with() == 0x100);
}

TEST_CASE("a client learns which of its requests may be tried elsewhere", "[http3][rfc9114]") {
  bench b{role::client};
  b.greet();
  for (int i = 0; i < 2; ++i) REQUIRE(b.session.open(b.transport, get_fields, true));
  b.receive(b.control(), frame(7, varint(4)));
  CHECK(b.take_notes() == "settings goaway:4 failed1:267 over1 ");
  CHECK(b.session.open(b.transport, get_fields, true).error() == h3::send_errc::going_away);
  b.acknowledge(b.request(0));
  b.receive(b.request(0), headers(ok()), true);
  CHECK(b.take_notes() == "head0:200 end0 over0 ");
  CHECK(b.closed_with() == 0x100);
}

TEST_CASE("a client that shuts down waits for its responses", "[http3][rfc9114]") {
  bench b{role::client};
  b.greet();
  REQUIRE(b.session.open(b.transport, get_fields, true));
  b.session.shutdown(b.transport);
  CHECK(!b.closed_with());
  b.acknowledge(b.request(0));
  b.receive(b.request(0), headers(ok()), true);
  b.take_notes();
  CHECK(b.closed_with() == 0x100);
}

TEST_CASE("an exchange is cancelled from either side", "[http3][rfc9114]") {
  bench server{role::server};
  server.receive(server.request(0), headers(get()));
  server.take_notes();
  server.reset(server.request(0), 0x10c);
  CHECK(server.take_notes() == "failed0:268 over0 ");
  CHECK(server.at(server.request(0)).reset == 0x10c);
  server.receive(server.request(1), headers(get()), true);
  server.take_notes();
  server.stop(server.request(1), 0x10c);
  CHECK(server.take_notes() == "stopped1:268 over1 ");
  CHECK(server.session.open_exchanges() == 0);

  bench client{role::client};
  client.greet();
  auto const id = client.session.open(client.transport, get_fields, true);
  client.session.cancel(client.transport, *id);
  CHECK(client.at(*id).reset == 0x10c);
  CHECK(client.at(*id).stopped == 0x10c);
  CHECK(client.take_notes() == "settings failed0:268 over0 ");
}

TEST_CASE("a server that has answered may not want the rest", "[http3][rfc9114]") {
  bench b{role::server};
  b.receive(b.request(0), headers(get()) + content("x"));
  b.reads = false;
  b.take_notes();
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, true));
  b.session.stop_reading(b.transport, b.request(0), h3::error_code::no_error);
  CHECK(b.at(b.request(0)).stopped == 0x100);
  b.acknowledge(b.request(0));
  CHECK(b.take_notes() == "over0 ");
}

TEST_CASE("a hundred thousand exchanges leave nothing behind", "[http3]") {
  bench b{role::server};
  auto const request = headers(get());
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    b.receive(b.request(i), request, true);
    b.note_events();
    REQUIRE(b.session.respond(b.transport, b.request(i), ok_fields, true));
    b.acknowledge(b.request(i));
    b.note_events();
    b.transport.streams.erase(b.request(i));
    b.said.clear();
  }
  CHECK(b.session.open_exchanges() == 0);
  CHECK(!b.closed_with());
}

TEST_CASE("a client that is asked before its connection is there says its settings first all the same",
          "[http3][rfc9114]") {
  byte_transport transport;
  transport.who = role::client;
  transport.may_open[0] = transport.may_open[1] = 0;
  transport.largest_datagram = 0;
  h3::session<byte_transport> session{role::client, {}, hash_key{1, 2}};
  CHECK(session.open(transport, get_fields, true).error() == h3::send_errc::limit_reached);
  CHECK(transport.streams.empty());
  transport.may_open[0] = transport.may_open[1] = 100;
  transport.largest_datagram = 1000;
  session.on_connected(transport);
  CHECK(session.open(transport, get_fields, true));
  auto const& control = transport.streams.at({role::client, stream_direction::unidirectional, 0}).out;
  REQUIRE(control.size() > 3);
  CHECK(control[0] == 0);
  byte_view view = byte_view{control}.subspan(1);
  h3::frame_reader reader;
  auto const first = reader.read_header(view);
  REQUIRE(first);
  CHECK(first->type == 4);
  CHECK(h3::read_settings(reader.payload_of(view))->h3_datagram);
  CHECK(transport.opened[index_of(stream_direction::unidirectional)] == 3);
}
