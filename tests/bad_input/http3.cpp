// SPDX-License-Identifier: BSL-1.0
// What an HTTP/3 peer must not do, with the exact code that answers it: on the stream, or for the whole connection.
#include "byte_transport.hpp"
#include "watched_victim.hpp"

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace http3_test;
using quoin::testing::watched_bench;

namespace {

constexpr std::uint64_t nobody_minds = 0;

/// Something that a peer does, and the code with which the connection ends (0: it does not).
struct misdeed {
  char const* name;
  std::function<void(bench&)> happens;
  std::uint64_t code;
};

/// Tries each misdeed at the end in `self`, by itself and after a good deal of good behaviour.
void check_all(role self, std::vector<misdeed> const& all, h3::session_settings const& settings = {}) {
  for (auto const& one : all) {
    for (bool const later : {false, true}) {
      CAPTURE(one.name, later);
      watched_bench<bench> b{self, settings};
      b.greet();
      if (later && self == role::server) {
        b.receive(b.request(0), headers(get()) + content(std::string(1 << 20, 'x')), true);
        b.note_events();
        b.session.cancel(b.transport, b.request(0));
        b.note_events();
      }
      one.happens(b);
      b.note_events();
      CHECK(b.closed_with().value_or(nobody_minds) == one.code);
      // R6: nothing more is told or done once it is over.
      if (one.code == nobody_minds) continue;
      auto const told = b.note_events();
      b.receive(b.request(20), headers(get()), true);
      CHECK(b.note_events() == told);
    }
  }
}

/// A request stream that nothing was said on yet.
constexpr auto fresh = bench::request(7);

misdeed on_request(char const* name, bytes const& said, std::uint64_t code, bool ends = false) {
  return {name, [=](bench& b) { b.receive(fresh, said, ends); }, code};
}
misdeed on_control(char const* name, bytes const& said, std::uint64_t code) {
  return {name, [=](bench& b) { b.receive(b.control(), said); }, code};
}
misdeed on_new_uni(char const* name, bytes const& said, std::uint64_t code, bool ends = false) {
  return {name, [=](bench& b) { b.receive(b.uni(3), said, ends); }, code};
}

h3::field const get_fields[] = {
    {":method", "GET", false}, {":scheme", "https", false}, {":authority", "a.test", false}, {":path", "/", false}};

/// What becomes of a message on one stream: told, or failed with a code, while the connection lives on.
std::optional<std::uint64_t> refusal(role self, bytes const& said, bool ends = true,
                                     h3::session_settings const& settings = {}) {
  watched_bench<bench> b{self, settings};
  b.greet();
  auto const id = bench::request(0);
  if (self == role::client) {
    REQUIRE(b.session.open(b.transport, get_fields, true));
  }
  b.receive(id, said, ends);
  b.note_events();
  CHECK(!b.closed_with());
  // The connection lives on.
  if (self == role::server) {
    b.receive(bench::request(1), headers(get()), true);
    CHECK(b.note_events().find("head1:GET") != std::string::npos);
  }
  auto const code = b.at(id).reset;
  if (!b.at(id).end_taken && code) {
    CHECK(b.at(id).stopped == code);
  }
  if (self == role::client) {
    auto const at = b.said.find("failed0:");
    return at == std::string::npos ? std::nullopt : std::optional{std::stoull(b.said.substr(at + 8))};
  }
  return code;
}

}  // namespace

TEST_CASE("streams that break HTTP/3's rules end the connection with their code", "[bad_input][http3]") {
  auto const both = [](role self) {
    return std::vector<misdeed>{
        on_new_uni("a second control stream", {0x00}, 0x103),
        on_new_uni("a second encoder stream", {0x02}, 0x103),
        on_new_uni("a second decoder stream", {0x03}, 0x103),
        on_new_uni("an unknown stream", {0x40, 0x99, 1, 2, 3}, nobody_minds),
        on_new_uni("a reserved stream", {0x21, 1, 2, 3}, nobody_minds),
        on_new_uni("a stream that ends before its type", {0x40}, nobody_minds, true),
        on_new_uni("an empty stream", {}, nobody_minds, true),
        on_new_uni("a push stream", {0x01, 0x00}, self == role::server ? 0x103 : 0x108),
        {"the control stream ends", [](bench& b) { b.receive(b.control(), {}, true); }, 0x104},
        {"the encoder stream ends", [](bench& b) { b.receive(b.encoder(), {}, true); }, 0x104},
        {"the decoder stream ends", [](bench& b) { b.receive(b.decoder(), {}, true); }, 0x104},
        {"the control stream is reset", [](bench& b) { b.reset(b.control(), 0x100); }, 0x104},
        {"the encoder stream is reset", [](bench& b) { b.reset(b.encoder(), 0x100); }, 0x104},
        {"a stream is reset before its type", [](bench& b) { b.reset(b.uni(3), 0x100); }, nobody_minds},
        {"our control stream is stopped",
         [self](bench& b) {
           b.stop(stream_id{self, stream_direction::unidirectional, 0}, 0x100);
         },
         0x104},
        {"our encoder stream is stopped",
         [self](bench& b) {
           b.stop(stream_id{self, stream_direction::unidirectional, 1}, 0x100);
         },
         0x104},
        {"types in single bytes",
         [](bench& b) {
           b.receive_in_pieces(b.uni(3), {0x80, 0, 0, 0});
         },
         0x103},
    };
  };
  check_all(role::server, both(role::server));
  check_all(role::client, both(role::client));
  check_all(role::client, {{"a bidirectional stream of a server",
                            [](bench& b) {
                              b.receive(stream_id{role::server, stream_direction::bidirectional, 0}, {0x00});
                            },
                            0x103}});
}

TEST_CASE("a control stream begins with settings", "[bad_input][http3]") {
  for (auto const self : {role::client, role::server})
    for (auto const& first : {frame(0x21, {}), frame(7, {0}), frame(0, {1}), frame(0x0d, {1}), frame(0x40, {1, 2})}) {
      watched_bench<bench> b{self};
      b.receive(b.uni(0), bytes{0} + first);
      CHECK(b.closed_with() == 0x10a);
    }
}

TEST_CASE("control frames that break the rules end the connection with their code", "[bad_input][http3]") {
  std::vector<misdeed> both{
      on_control("a second SETTINGS", frame(4, {}), 0x105),
      on_control("DATA", frame(0, {1}), 0x105),
      on_control("HEADERS", headers(get()), 0x105),
      on_control("PUSH_PROMISE", frame(5, {0, 0, 0}), 0x105),
      on_control("an empty GOAWAY", frame(7, {}), 0x106),
      on_control("a GOAWAY that is cut", frame(7, {0x40}), 0x106),
      on_control("a GOAWAY and more", frame(7, {0, 0}), 0x106),
      on_control("a GOAWAY without end", {7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0x106),
      on_control("a CANCEL_PUSH", frame(3, {0}), 0x108),
      on_control("a CANCEL_PUSH that is cut", frame(3, {}), 0x106),
      on_control("an unknown frame", frame(0x4d, text("abc")), nobody_minds),
      on_control("a reserved frame of any length", bytes{0x21} + varint(1 << 20) + bytes(100, 0), nobody_minds),
      {"a GOAWAY that takes in more",
       [](bench& b) {
         if (b.session.self() == role::client) REQUIRE(b.session.open(b.transport, get_fields, true));
         b.receive(b.control(), frame(7, varint(4)) + frame(7, varint(8)));
       },
       0x108},
  };
  for (std::uint64_t const type : {0x02U, 0x06U, 0x08U, 0x09U})
    both.push_back(on_control("HTTP/2", frame(type, {0}), 0x105));
  check_all(role::server, both);
  check_all(role::client, both);
  auto const update = [](std::uint64_t type, std::uint64_t id, std::string const& value) {
    return frame(type, varint(id) + text(value));
  };
  check_all(role::client, {on_control("a MAX_PUSH_ID", frame(0x0d, {1}), 0x105),
                           on_control("a GOAWAY that is no request", frame(7, varint(3)), 0x108),
                           on_control("a PRIORITY_UPDATE", update(0xf0700, 0, "u=1"), 0x105),
                           on_control("a PRIORITY_UPDATE of a push", update(0xf0701, 0, "u=1"), 0x105)});
  check_all(role::server,
            {on_control("MAX_PUSH_IDs that rise", frame(0x0d, {1}) + frame(0x0d, {2}), nobody_minds),
             on_control("MAX_PUSH_IDs that fall", frame(0x0d, {2}) + frame(0x0d, {1}), 0x108),
             on_control("an empty MAX_PUSH_ID", frame(0x0d, {}), 0x106),
             on_control("a GOAWAY of a push", frame(7, varint(3)), nobody_minds),
             on_control("a PRIORITY_UPDATE of no request", update(0xf0700, 3, "u=1"), 0x108),
             on_control("a PRIORITY_UPDATE beyond the limit", update(0xf0700, 1600, "u=1"), 0x108),
             on_control("a PRIORITY_UPDATE of a push", update(0xf0701, 0, "u=1"), 0x108),
             on_control("a PRIORITY_UPDATE without its element", frame(0xf0700, {}), 0x106),
             on_control("a PRIORITY_UPDATE that is no dictionary", update(0xf0700, 40, "!"), nobody_minds),
             on_control("a long PRIORITY_UPDATE", update(0xf0700, 0, std::string(300, 'x')), nobody_minds)});
}

TEST_CASE("settings that break the rules end the connection before they are applied", "[bad_input][http3]") {
  struct row {
    bytes said;
    std::uint64_t code;
  };
  std::vector<row> rows{{frame(4, {0x06, 0x01, 0x06, 0x01}), 0x109},
                        {frame(4, {0x06}), 0x106},
                        {frame(4, {0x33, 0x02}), 0x109},
                        {frame(4, {0x08, 0x02}), 0x109},
                        {bytes{4} + varint(4097), 0x107},
                        {bytes{4} + varint(1 << 20), 0x107},
                        {bytes{4} + varint(varint_max), 0x107},
                        {frame(4, {0x21, 0x01, 0x40, 0x99, 0x01}), nobody_minds}};
  for (std::uint8_t const setting : bytes{0x00, 0x02, 0x03, 0x04, 0x05})
    rows.push_back({frame(4, {setting, 0}), 0x109});
  for (auto const self : {role::client, role::server})
    for (auto const& row : rows) {
      watched_bench<bench> b{self};
      b.receive(b.uni(0), bytes{0} + row.said);
      CHECK(b.closed_with().value_or(nobody_minds) == row.code);
      CHECK(b.session.peer_settings().has_value() == (row.code == nobody_minds));
    }
}

TEST_CASE("frames on request streams that break the rules end the connection with their code", "[bad_input][http3]") {
  auto const head = headers(get());
  std::vector<misdeed> all{
      on_request("SETTINGS", frame(4, {}), 0x105),
      on_request("CANCEL_PUSH", frame(3, {0}), 0x105),
      on_request("GOAWAY", frame(7, {0}), 0x105),
      on_request("MAX_PUSH_ID", frame(0x0d, {0}), 0x105),
      on_request("PRIORITY_UPDATE", frame(0xf0700, {0}), 0x105),
      on_request("PRIORITY_UPDATE of a push", frame(0xf0701, {0}), 0x105),
      on_request("PUSH_PROMISE", frame(5, {0, 0, 0}), 0x105),
      on_request("DATA before HEADERS", content("x"), 0x105),
      on_request("empty DATA before HEADERS", content(""), 0x105),
      on_request("DATA behind trailers", head + headers({{"x", "1"}}) + content("x"), 0x105),
      on_request("HEADERS behind trailers", head + headers({{"x", "1"}}) + headers({{"x", "1"}}), 0x105),
      on_request("unknown frames between", frame(0x21, text("x")) + head + frame(0x4d, bytes(5000, 1)) + content("x"),
                 nobody_minds),
      on_request("an end inside a header", head + bytes{0x00}, 0x106, true),
      on_request("an end inside a frame's type", head + bytes{0x40}, 0x106, true),
      on_request("an end inside DATA", head + bytes{0x00, 0x05, 'x'}, 0x106, true),
      on_request("an end inside HEADERS", bytes{0x01, 0x20, 0x00}, 0x106, true),
      on_request("an end inside an unknown frame", head + bytes{0x21, 0x05, 'x'}, 0x106, true),
      on_request("frames in a tunnel", headers({{":method", "CONNECT"}, {":authority", "a:1"}}) + headers({{"x", "1"}}),
                 0x105),
      on_request("SETTINGS in a tunnel", headers({{":method", "CONNECT"}, {":authority", "a:1"}}) + frame(4, {}),
                 0x105),
  };
  for (std::uint64_t const type : {0x02U, 0x06U, 0x08U, 0x09U})
    all.push_back(on_request("HTTP/2", frame(type, {0}), 0x105));
  check_all(role::server, all);
}

TEST_CASE("frames in responses that break the rules end the connection with their code", "[bad_input][http3]") {
  struct row {
    bytes said;
    std::uint64_t code;
  };
  auto const head = headers(ok());
  std::vector<row> const rows{
      {content("x"), 0x105},         {headers({{":status", "103"}}) + content("x"), 0x105},
      {frame(5, {0, 0, 0}), 0x108},  {frame(4, {}), 0x105},
      {frame(7, {0}), 0x105},        {frame(0x0d, {0}), 0x105},
      {frame(0xf0700, {0}), 0x105},  {head + headers({{"x", "1"}}) + content("x"), 0x105},
      {head + frame(2, {0}), 0x105}, {frame(0x21, {1}) + head + frame(0x21, {1}) + content("x"), nobody_minds}};
  for (auto const& row : rows) {
    watched_bench<bench> b{role::client};
    b.greet();
    REQUIRE(b.session.open(b.transport, get_fields, true));
    b.receive(b.request(0), row.said);
    b.note_events();
    CHECK(b.closed_with().value_or(nobody_minds) == row.code);
  }
}

TEST_CASE("malformed requests are refused and the connection lives on", "[bad_input][http3]") {
  auto const with = [](std::string const& name, std::string const& value) { return get({{name, value}}); };
  auto const without = [](std::size_t which) {
    auto all = get();
    all.erase(all.begin() + static_cast<std::ptrdiff_t>(which));
    return all;
  };
  using namespace std::string_literals;
  std::vector<lines> const heads{
      with("Accept", "x"),
      with("connection", "close"),
      with("keep-alive", "1"),
      with("proxy-connection", "1"),
      with("transfer-encoding", "chunked"),
      with("upgrade", "h2c"),
      with("te", "gzip"),
      without(0),
      without(1),
      without(2),
      without(3),
      with(":path", "/"),
      with(":foo", "x"),
      with(":status", "200"),
      with("host", "b.test"),
      with("x", "a\0b"s),
      with("x", "a\rb"),
      with("x", "a\nb"),
      with("x", " a"),
      with("x", "a\t"),
      with("", "x"),
      with("a b", "x"),
      with("content-length", "-1"),
      with("content-length", "+1"),
      with("content-length", "1, 2"),
      with("content-length", "18446744073709551616"),
      {{":method", "GET"}, {":scheme", "https"}, {":authority", "u@a.test"}, {":path", "/"}},
      {{":method", "GET"}, {":scheme", "https"}, {":authority", ""}, {":path", "/"}},
      {{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"x", "1"}, {":authority", "a.test"}},
      {{":method", "CONNECT"}, {":authority", "a.test:1"}, {":path", "/"}},
      {{":method", "CONNECT"}, {":authority", "a.test:1"}, {":scheme", "https"}},
      {{":method", "CONNECT"}},
      {{":method", "CONNECT"}, {":protocol", "websocket"}, {":scheme", "https"}, {":authority", "a"}, {":path", "/"}}};
  for (auto const& head : heads) {
    std::string text;
    for (auto const& [name, value] : head) text += name + ": " + value + "\n";
    CAPTURE(text);
    CHECK(refusal(role::server, headers(head)) == 0x10e);
    CHECK(refusal(role::server, headers(head), false) == 0x10e);
  }
  CHECK(refusal(role::server, headers(get()) + headers({{":path", "/"}})) == 0x10e);
  CHECK(refusal(role::server, headers(get()) + headers({{"X", "1"}})) == 0x10e);
  CHECK(!refusal(role::server, headers(get())));
}

TEST_CASE("a request that ends before it has begun is incomplete", "[bad_input][http3]") {
  CHECK(refusal(role::server, {}) == 0x10d);
  CHECK(refusal(role::server, frame(0x21, {1})) == 0x10d);
}

TEST_CASE("a Content-Length that does not hold makes a request malformed however the stream ends",
          "[bad_input][http3][cve_class_h3_length_at_end]") {
  auto const head = headers(get({{"content-length", "5"}}));
  CHECK(refusal(role::server, head) == 0x10e);
  CHECK(refusal(role::server, head + content("1234")) == 0x10e);
  CHECK(refusal(role::server, head + content("1234") + content("")) == 0x10e);
  CHECK(refusal(role::server, head + content("1234") + headers({{"x", "1"}})) == 0x10e);
  CHECK(refusal(role::server, head + content("123456")) == 0x10e);
  CHECK(refusal(role::server, head + content("12345") + content("6"), false) == 0x10e);
  CHECK(!refusal(role::server, head + content("12345")));
  // The end comes by itself, after everything else was read.
  watched_bench<bench> b{role::server};
  b.receive(b.request(0), head + content("1234"));
  b.note_events();
  CHECK(!b.at(b.request(0)).reset);
  b.receive(b.request(0), {}, true);
  b.note_events();
  CHECK(b.at(b.request(0)).reset == 0x10e);
}

TEST_CASE("malformed responses are abandoned and the connection lives on", "[bad_input][http3]") {
  std::vector<lines> const heads{{},
                                 {{"x", "1"}},
                                 {{":status", "20"}},
                                 {{":status", "2xx"}},
                                 {{":status", "101"}},
                                 {{":status", "200"}, {":path", "/"}},
                                 {{":status", "200"}, {":status", "200"}},
                                 ok({{"X", "1"}}),
                                 ok({{"connection", "close"}}),
                                 ok({{"x", "a\nb"}}),
                                 ok({{"content-length", "1"}, {"content-length", "2"}}),
                                 ok({{"content-length", "5"}}),
                                 {{":status", "103"}}};
  for (auto const& head : heads) CHECK(refusal(role::client, headers(head)) == 0x10e);
  CHECK(refusal(role::client, {}) == 0x10e);
  CHECK(refusal(role::client, headers(ok()) + headers({{":status", "200"}})) == 0x10e);
  CHECK(refusal(role::client, headers({{":status", "204"}}) + content("x")) == 0x10e);
  CHECK(!refusal(role::client, headers({{":status", "304"}, {"content-length", "5"}})));
  CHECK(!refusal(role::client, headers(ok())));
}

TEST_CASE("interim responses without end are too much", "[bad_input][http3][cve_class_h3_interim_flood]") {
  bytes five;
  for (int i = 0; i < 5; ++i) five = five + headers({{":status", "103"}});
  CHECK(!refusal(role::client, five + headers(ok())));
  CHECK(refusal(role::client, five + headers({{":status", "103"}}) + headers(ok())) == 0x107);
}

TEST_CASE("a field section larger than the limit is answered with 431 or abandoned",
          "[bad_input][http3][cve_class_h3_header_bomb]") {
  h3::session_settings const small{.max_field_section_size = 2048, .max_fields = 20};
  lines many = get();
  for (int i = 0; i < 20; ++i) many.emplace_back("x", "y");
  std::vector<bytes> const bombs{headers(get({{"x", std::string(4000, 'y')}})), headers(many),
                                 bytes{0x01} + varint(varint_max), bytes{0x01} + varint(2049)};
  for (auto const& bomb : bombs) {
    watched_bench<bench> b{role::server, small};
    b.greet();
    b.receive(b.request(0), bomb);
    CHECK(b.take_notes() == "settings ");
    CHECK(!b.closed_with());
    byte_view view{b.at(b.request(0)).out};
    h3::frame_reader reader;
    REQUIRE(reader.read_header(view));
    std::string status;
    qpack::decoder decoder{{.max_table_capacity = 0}};
    REQUIRE(decoder.decode(0, view, [&](h3::field const& line) { status = line.value; }));
    CHECK(status == "431");
    CHECK(b.at(b.request(0)).finished);
    CHECK(b.at(b.request(0)).stopped == 0x100);
    b.acknowledge(b.request(0));
    CHECK(b.session.open_exchanges() == 0);
  }
  CHECK(refusal(role::server, headers(get()) + headers({{"x", std::string(4000, 'y')}}), true, small) == 0x10e);
  CHECK(refusal(role::client, headers(ok({{"x", std::string(4000, 'y')}})), true, small) == 0x10e);
}

TEST_CASE("one entry of the table that is referred to again and again is too large",
          "[bad_input][http3][cve_class_h3_header_bomb]") {
  watched_bench<bench> b{role::server};
  b.greet();
  // Insert ("x", 4000 bytes); then a section that refers to it ten thousand times.
  b.receive(b.encoder(), bytes{0x3f, 0xe1, 0x1f, 0x41, 'x', 0x7f, 0xa1, 0x1e} + bytes(4000, 'y'));
  b.receive(b.request(0), frame(1, bytes{0x02, 0x00} + bytes(10'000, 0x80)));
  b.note_events();
  CHECK(!b.closed_with());
  CHECK(b.at(b.request(0)).finished);
  CHECK(b.at(b.request(0)).stopped == 0x100);
}

TEST_CASE("what QPACK cannot understand ends the connection with its code", "[bad_input][http3]") {
  auto const bad_section = [](char const* name, bytes const& said) { return on_request(name, frame(1, said), 0x200); };
  std::vector<misdeed> all{
      bad_section("static index 99", {0x00, 0x00, 0xff, 0x24}),
      bad_section("an empty section", {}),
      bad_section("half a prefix", {0x00}),
      bad_section("an insert count that cannot be", {0xff, 0xff, 0xff, 0x00, 0x00}),
      bad_section("a reference without a table entry", {0x00, 0x00, 0x80}),
      bad_section("a string beyond the section", {0x00, 0x00, 0x51, 0x7f, 0xff}),
      bad_section("padding that is not ones", {0x00, 0x00, 0x51, 0x81, 0x00}),
      {"capacity above ours",
       [](bench& b) {
         b.receive(b.encoder(), {0x3f, 0xe2, 0x1f});
       },
       0x201},
      {"an insertion without capacity",
       [](bench& b) {
         b.receive(b.encoder(), {0xc1, 0x01, 'x'});
       },
       0x201},
      {"a duplicate of nothing", [](bench& b) { b.receive(b.encoder(), {0x00}); }, 0x201},
      {"an increment of nothing", [](bench& b) { b.receive(b.decoder(), {0x00}); }, 0x202},
      {"an increment beyond", [](bench& b) { b.receive(b.decoder(), {0x01}); }, 0x202},
      {"an acknowledgment of nothing", [](bench& b) { b.receive(b.decoder(), {0x80}); }, 0x202},
      {"a cancellation of nothing", [](bench& b) { b.receive(b.decoder(), {0x41}); }, nobody_minds}};
  check_all(role::server, all);
}

TEST_CASE("more streams that wait for the table than allowed end the connection", "[bad_input][http3]") {
  watched_bench<bench> b{role::server, {.qpack_blocked_streams = 4}};
  b.greet();
  for (std::uint64_t i = 0; i < 4; ++i) b.receive(b.request(i), frame(1, {0x02, 0x00, 0x80}));
  b.note_events();
  CHECK(!b.closed_with());
  b.receive(b.request(4), frame(1, {0x02, 0x00, 0x80}));
  b.note_events();
  CHECK(b.closed_with() == 0x200);
}

TEST_CASE("a stream that is given up while it waits for the table is cancelled there", "[bad_input][http3]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.request(0), frame(1, {0x02, 0x00, 0x80}));
  b.note_events();
  b.reset(b.request(0), 0x10c);
  b.note_events();
  CHECK(b.at(stream_id{role::server, stream_direction::unidirectional, 2}).out == bytes{3, 0x40});
  b.receive(b.encoder(), {0x3f, 0xe1, 0x1f, 0xc1, 0x01, '/'});
  CHECK(b.take_notes() == "settings ");
  CHECK(b.session.open_exchanges() == 0);
}

TEST_CASE("datagrams that break the rules end the connection or the request", "[bad_input][http3][rfc9297]") {
  for (auto const self : {role::client, role::server})
    for (auto const& bad : {bytes{}, bytes{0x40}, bytes{0xd0, 0, 0, 0, 0, 0, 0, 0}}) {
      watched_bench<bench> b{self};
      b.greet({0x33, 0x01});
      CHECK(!b.session.on_datagram(b.transport, bad));
      CHECK(b.closed_with() == 0x33);
    }
  watched_bench<bench> b{role::server};
  b.greet({0x33, 0x01});
  b.receive(b.request(0), headers(get()));
  b.receive(b.request(1), headers(get()), true);
  b.note_events();
  CHECK(!b.session.on_datagram(b.transport, bytes{0x01}));  // its receiving side is closed: dropped
  CHECK(!b.at(b.request(1)).reset);
  CHECK(!b.session.on_datagram(b.transport, bytes{0x00}));
  CHECK(b.at(b.request(0)).reset == 0x33);
  CHECK(!b.closed_with());
  CHECK(!b.session.on_datagram(b.transport, bytes{0x3f}));  // may still come
  CHECK(!b.closed_with());
  CHECK(!b.session.on_datagram(b.transport, bytes{0x66 | 0x40, 0x40}));
  CHECK(b.closed_with() == 0x108);
}
