// SPDX-License-Identifier: BSL-1.0
// An HTTP/3 peer that does much which leads to nothing, or nothing for long: what it costs is bounded.
#include "byte_transport.hpp"
#include "watched_victim.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace http3_test;
using quoin::testing::watched_bench;

namespace {

/// Repeats something until the connection ends; how often it could be done.
template <class Deed>
std::uint64_t patience(bench& b, Deed&& deed) {
  std::uint64_t done = 0;
  while (!b.closed_with() && done < 10'000) {
    deed(done++);
    b.note_events();
    b.said.clear();
  }
  return done;
}

h3::field const ok_fields[] = {{":status", "200", false}};

}  // namespace

TEST_CASE("requests that are opened and reset at once are too much after a while",
          "[bad_input][http3][cve_class_h3_rapid_reset]") {
  watched_bench<bench> b{role::server};
  b.greet();
  auto const request = headers(get());
  auto const done = patience(b, [&](std::uint64_t i) {
    b.receive(b.request(i), request);
    b.note_events();
    b.reset(b.request(i), 0x10c);
    b.note_events();
    b.transport.streams.erase(b.request(i));
  });
  CHECK(done == 1001);
  CHECK(b.closed_with() == 0x107);
  CHECK(b.session.open_exchanges() <= 1);
}

TEST_CASE("cancelling now and then is nobody's fault", "[bad_input][http3]") {
  watched_bench<bench> b{role::server};
  b.greet();
  auto const request = headers(get());
  auto const done = patience(b, [&](std::uint64_t i) {
    b.receive(b.request(i), request);
    b.note_events();
    b.reset(b.request(i), 0x10c);
    b.transport.time += std::chrono::milliseconds{31};
  });
  CHECK(done == 10'000);
  CHECK(!b.closed_with());
}

TEST_CASE("a server that is made to reset streams again and again has had enough",
          "[bad_input][http3][cve_class_h3_made_you_reset]") {
  watched_bench<bench> b{role::server};
  b.greet();
  auto const malformed = headers(get({{"X", "1"}}));
  auto const done = patience(b, [&](std::uint64_t i) { b.receive(b.request(i), malformed, true); });
  CHECK(done == 1001);
  CHECK(b.closed_with() == 0x107);
}

TEST_CASE("frames that do nothing are too much after a while", "[bad_input][http3][cve_class_h3_empty_frames]") {
  for (auto const& nothing : {content(""), frame(0x21, {}), frame(0x4d, text("x"))}) {
    watched_bench<bench> b{role::server};
    b.greet();
    b.receive(b.request(0), headers(get()));
    auto const done = patience(b, [&](std::uint64_t) { b.receive(b.request(0), nothing); });
    CHECK(done == 1017);
    CHECK(b.closed_with() == 0x107);
  }
  watched_bench<bench> b{role::server};
  b.greet();
  CHECK(patience(b, [&](std::uint64_t) { b.receive(b.control(), frame(0x21, {})); }) == 1001);
  CHECK(b.closed_with() == 0x107);
}

TEST_CASE("unknown streams are too many after a while and leave nothing", "[bad_input][http3]") {
  watched_bench<bench> b{role::client};
  b.greet();
  auto const done = patience(b, [&](std::uint64_t i) {
    b.receive(b.uni(3 + i), {0x21, 1, 2, 3});
    CHECK(b.at(b.uni(3 + i)).stopped == 0x103);
  });
  CHECK(done == 1001);
  CHECK(b.closed_with() == 0x107);
}

TEST_CASE("priorities that change all the time are too much after a while", "[bad_input][http3]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()));
  auto const update = frame(0xf0700, bytes{0} + text("u=1"));
  CHECK(patience(b, [&](std::uint64_t) { b.receive(b.control(), update); }) == 1002);
  CHECK(b.closed_with() == 0x107);
}

TEST_CASE("control frames that say the same again are too much after a while", "[bad_input][http3]") {
  for (auto const& again : {frame(7, {0}), frame(0x0d, {5})}) {
    watched_bench<bench> b{role::server};
    b.greet();
    CHECK(patience(b, [&](std::uint64_t) { b.receive(b.control(), again); }) == 1002);
    CHECK(b.closed_with() == 0x107);
  }
  // All at once: what waits to be told does not grow with them.
  watched_bench<bench> b{role::client};
  b.greet();
  bytes many;
  for (std::uint64_t i = 5000; i > 0; --i) many = many + frame(7, varint(4 * i));
  h3::field const asked[] = {
      {":method", "GET", false}, {":scheme", "https", false}, {":authority", "a.test", false}, {":path", "/", false}};
  REQUIRE(b.session.open(b.transport, asked, true));
  b.receive(b.control(), many);
  CHECK(b.take_notes() == "settings goaway:20000 ");
}

TEST_CASE("an unknown frame without end is too much after a while", "[bad_input][http3][cve_class_h3_empty_frames]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()) + bytes{0x21} + varint(varint_max));
  bytes const more(64 * 1024, 0);
  CHECK(patience(b, [&](std::uint64_t) {
          b.receive(b.request(0), more);
          b.note_events();
          b.at(b.request(0)).in.clear();
          b.at(b.request(0)).consumed = 0;
        }) == 1016);
  CHECK(b.closed_with() == 0x107);
  watched_bench<bench> c{role::client};
  c.greet();
  c.receive(c.control(), bytes{0x21} + varint(varint_max));
  CHECK(patience(c, [&](std::uint64_t) {
          c.receive(c.control(), more);
          c.at(c.control()).in.clear();
          c.at(c.control()).consumed = 0;
        }) == 1000);
  CHECK(c.closed_with() == 0x107);
}

TEST_CASE("insertions into the table that nobody uses are too much after a while", "[bad_input][http3]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.encoder(), {0x3f, 0xe1, 0x1f, 0xc1, 0x01, '/'});
  auto const done = patience(b, [&](std::uint64_t) { b.receive(b.encoder(), bytes(100, 0x00)); });
  CHECK(done < 1000);
  CHECK(b.closed_with() == 0x107);
}

TEST_CASE("field sections without an end hold a bounded amount of memory",
          "[bad_input][http3][cve_class_h3_held_sections]") {
  watched_bench<bench> b{role::server};
  b.greet();
  auto const before = quoin::testing::live_heap_bytes();
  auto const begun = bytes{0x01} + varint(40'000) + bytes(30'000, 0x00);
  for (std::uint64_t i = 0; i < 100; ++i) {
    b.receive(b.request(i), begun);
    b.note_events();
    CHECK(b.session.held_sections() <= 256 * 1024);
    // What the stand-in for a transport holds is not ours.
    auto& stream = b.at(b.request(i));
    stream.in.clear();
    stream.in.shrink_to_fit();
    stream.consumed = 0;
  }
  CHECK(quoin::testing::live_heap_bytes() - before < 512 * 1024);
  CHECK(b.at(b.request(99)).reset == 0x107);
  CHECK(!b.closed_with());
  for (std::uint64_t i = 0; i < 8; ++i) b.reset(b.request(i), 0x10c);
  b.note_events();
  CHECK(b.session.held_sections() == 0);
}

TEST_CASE("short sections that unpack to much on every stream hold a bounded amount of memory",
          "[bad_input][http3][cve_class_h3_held_fields]") {
  watched_bench<bench> b{role::server};
  b.greet();
  constexpr std::size_t cap = 2 * 1024 * 1024;
  // Insert ("x", 4000 bytes); then requests that refer to it a dozen times, and once more in their trailers.
  b.receive(b.encoder(), bytes{0x3f, 0xe1, 0x1f, 0x41, 'x', 0x7f, 0xa1, 0x1e} + bytes(4000, 'y'));
  auto const bomb = [](bytes const& head) { return frame(1, bytes{0x02, 0x00} + head + bytes(12, 0x80)); };
  bytes const get_root{0xd1, 0xd7, 0xc1, 0x50, 0x01, 'a'};  // GET, https, / and an authority
  auto const before = quoin::testing::live_heap_bytes();
  std::string told;
  for (std::uint64_t i = 0; i < 100; ++i) {
    b.receive(b.request(i), bomb(get_root) + bomb({}), true);
    told += b.take_notes();
    CHECK(b.session.held_fields() <= cap);
  }
  CHECK(told.starts_with("settings head0:GET trailers0 end0 head1:GET trailers1 end1 "));
  CHECK(b.session.held_fields() > cap - 64 * 1024);
  CHECK(quoin::testing::live_heap_bytes() - before < 2 * cap);
  CHECK(b.at(b.request(99)).reset == 0x107);
  CHECK(!b.closed_with());
  // Those that are over make room.
  for (std::uint64_t i = 0; i < 5; ++i) {
    static_cast<void>(b.session.respond(b.transport, b.request(i), ok_fields, true));
    b.acknowledge(b.request(i));
  }
  b.take_notes();
  b.receive(b.request(100), bomb(get_root), true);
  CHECK(b.take_notes() == "head100:GET end100 ");
  for (std::uint64_t i = 5; i <= 100; ++i)
    b.session.cancel(b.transport, b.request(i), h3::error_code::request_cancelled);
  b.take_notes();
  CHECK(b.session.open_exchanges() == 0);
  CHECK(b.session.held_fields() == 0);
}

TEST_CASE("interim responses leave nothing behind that counts", "[bad_input][http3]") {
  watched_bench<bench> b{role::client};
  b.greet();
  h3::field const asking[] = {
      {":method", "GET", false}, {":scheme", "https", false}, {":authority", "a", false}, {":path", "/", false}};
  auto const id = b.session.open(b.transport, asking, true).value();
  for (int i = 0; i < 5; ++i) b.receive(id, headers({{":status", "103"}, {"link", std::string(1000, 'l')}}));
  b.receive(id, headers(ok()) + headers({{"t", "1"}}), true);
  b.take_notes();
  CHECK(b.session.held_fields() == 7 + 3 + 32 + 1 + 1 + 32);
  b.acknowledge(id);
  b.take_notes();
  CHECK(b.session.held_fields() == 0);
}

TEST_CASE("a request's head that trickles is given up", "[bad_input][http3][cve_class_h3_slow_request]") {
  watched_bench<bench> b{role::server};
  b.greet();
  auto const head = headers(get({{"x", std::string(50, 'y')}}));
  for (std::size_t i = 0; i < 20; ++i) {
    b.receive(b.request(0), {head[i]});
    b.note_events();
    b.transport.time += std::chrono::milliseconds{550};
    b.session.expire(b.transport);
  }
  CHECK(b.at(b.request(0)).reset == 0x107);
  CHECK(b.session.open_exchanges() == 0);
  CHECK(!b.closed_with());
}

TEST_CASE("content that stops coming is given up and content that nobody reads is not",
          "[bad_input][http3][cve_class_h3_slow_request]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()) + content("x"));
  b.note_events();
  b.reads = false;
  b.receive(b.request(1), headers(get()) + content("x"));
  b.note_events();
  b.said.clear();
  b.transport.time += std::chrono::seconds{29};
  b.session.expire(b.transport);
  CHECK(b.take_notes().empty());
  b.transport.time += std::chrono::seconds{2};
  b.session.expire(b.transport);
  CHECK(b.take_notes() == "failed0:263 over0 ");
  CHECK(!b.at(b.request(1)).reset);
}

TEST_CASE("a response that is never let through is given up", "[bad_input][http3][cve_class_h3_slow_request]") {
  watched_bench<bench> b{role::server};
  b.greet();
  b.receive(b.request(0), headers(get()), true);
  b.note_events();
  b.said.clear();
  b.at(b.request(0)).room = 0;
  REQUIRE(b.session.respond(b.transport, b.request(0), ok_fields, true));
  b.transport.time += std::chrono::seconds{31};
  b.session.expire(b.transport);
  CHECK(b.at(b.request(0)).reset == 0x107);
  CHECK(b.take_notes() == "failed0:263 over0 ");
}
