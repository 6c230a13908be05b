// SPDX-License-Identifier: BSL-1.0
// A client of HTTP/3 that breaks the rules over a whole connection: the code is what its own end of QUIC hears.
#include "byte_transport.hpp"
#include "watched_victim.hpp"

#include <quoin/http3/api/service.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <functional>

using namespace http3_test;
using quoin::testing::watched_bench;
using namespace std::chrono_literals;

namespace {

constexpr auto bidi = stream_direction::bidirectional;
constexpr auto uni = stream_direction::unidirectional;

/// A server of HTTP/3, and a client that is only QUIC and says what the test wants.
struct raw_client {
  using connection_type = lab<test_stack>::connection_type;

  raw_client() : service(answer, around()) {
    at.on_event([this](role side, connection_type& from, connection_event const& event) {
      if (side == role::server)
        service.on_event(from, event);
      else if (event.what == connection_event::kind::stream_reset)
        reset[event.id] = event.code;
    });
    REQUIRE(at.establish());
  }

  static void answer(h3::request const&, h3::response& response) { response.end("an answer"); }

  h3::surroundings<connection_type> around() {
    h3::surroundings<connection_type> made;
    made.now = [this] { return at.now(); };
    made.wake = [this](connection_type& used) { at.server_endpoint().touch(used); };
    made.key = {1, 2};
    return made;
  }

  stream_id send(stream_direction direction, bytes const& said, bool ends = false) {
    auto const id = at.client().open(direction);
    REQUIRE(id);
    more(*id, said, ends);
    return *id;
  }
  void more(stream_id id, bytes const& said, bool ends = false) {
    auto const taken = at.client().write(id, said);
    REQUIRE(taken);
    REQUIRE(*taken == said.size());
    if (ends) REQUIRE(at.client().finish(id));
    at.serve();
  }
  void greet() {
    control = send(uni, bytes{0} + frame(4, {}));
    encoder = send(uni, {2});
    decoder = send(uni, {3});
    at.settle();
  }

  lab<test_stack> at;
  h3::service<connection_type> service;
  std::map<stream_id, std::uint64_t> reset;  ///< by the server, with its code
  stream_id control, encoder, decoder;
};

struct misdeed {
  char const* name;
  std::function<void(raw_client&)> happens;
  std::uint64_t code;
};

/// The client is told of this code, by the peer's HTTP/3 and not by its QUIC, and the server is rid of it.
void check_ended(raw_client& client, std::uint64_t code) {
  REQUIRE(client.at.run_until([&] { return client.at.ended(role::client).has_value(); }));
  auto const& why = *client.at.ended(role::client);
  CHECK(why.origin == event::close_origin::peer);
  CHECK(why.application);
  CHECK(why.code == code);
  client.at.advance(10s);
  CHECK(client.service.connections() == 0);
  CHECK(client.service.exchanges() == 0);
}

}  // namespace

TEST_CASE("a client that breaks HTTP/3's rules hears the exact code", "[bad_input][http3]") {
  auto const control = [](bytes const& said) { return [=](raw_client& c) { c.more(c.control, said); }; };
  auto const request = [](bytes const& said) { return [=](raw_client& c) { c.send(bidi, said); }; };
  auto const encoder = [](bytes const& said) { return [=](raw_client& c) { c.more(c.encoder, said); }; };
  auto const decoder = [](bytes const& said) { return [=](raw_client& c) { c.more(c.decoder, said); }; };
  for (auto const& one : std::vector<misdeed>{
           {"DATA before HEADERS", request(frame(0, {}) + headers(get())), 0x105},
           {"CANCEL_PUSH on a request", request(frame(3, {0}) + headers(get())), 0x105},
           {"an empty CANCEL_PUSH on a request", request(frame(3, {}) + headers(get())), 0x105},
           {"DATA on the control stream", control(frame(0, {})), 0x105},
           {"HEADERS on the control stream", control(frame(1, {})), 0x105},
           {"SETTINGS again", control(frame(4, {})), 0x105},
           {"the control stream ends", [](raw_client& c) { REQUIRE(c.at.client().finish(c.control)); }, 0x104},
           {"the control stream is reset", [](raw_client& c) { REQUIRE(c.at.client().reset(c.control, 0)); }, 0x104},
           {"index 99 of the static table", request(frame(1, {0x00, 0x00, 0xff, 0x24})), 0x200},
           {"a table of 10^10 bytes", encoder({0x3f, 0xe1, 0xc7, 0xaf, 0xa0, 0x25}), 0x201},
           {"an increment of nothing", decoder({0x00}), 0x202},
       }) {
    CAPTURE(one.name);
    watched_bench<raw_client> client;
    client.greet();
    one.happens(client);
    check_ended(client, one.code);
  }
}

TEST_CASE("a client whose settings break the rules hears the exact code", "[bad_input][http3]") {
  auto const first = [](bytes const& said) { return [=](raw_client& c) { c.send(uni, bytes{0} + said); }; };
  for (auto const& one : std::vector<misdeed>{
           {"DATA before SETTINGS", first(frame(0, {}) + frame(4, {})), 0x10a},
           {"a setting of HTTP/2", first(frame(4, {0x02, 0x01})), 0x109},
           {"another setting of HTTP/2", first(frame(4, {0x04, 0x40, 0xff})), 0x109},
       }) {
    CAPTURE(one.name);
    watched_bench<raw_client> client;
    one.happens(client);
    check_ended(client, one.code);
  }
}

TEST_CASE("a client whose request is malformed hears so on its stream and may go on", "[bad_input][http3]") {
  struct row {
    char const* name;
    lines head;
  };
  lines const late{{":method", "GET"}, {":scheme", "https"}, {":authority", "a.test"}, {"x", "1"}, {":path", "/"}};
  for (auto const& one : std::vector<row>{
           {"a pseudo-header field twice", get({{":method", "GET"}})},
           {"no :method", {{":scheme", "https"}, {":authority", "a.test"}, {":path", "/"}}},
           {"no :scheme", {{":method", "GET"}, {":authority", "a.test"}, {":path", "/"}}},
           {"no :path", {{":method", "GET"}, {":scheme", "https"}, {":authority", "a.test"}}},
           {"a pseudo-header field that nobody defined", get({{":foo", "bar"}})},
           {"a pseudo-header field behind another field", late},
       }) {
    CAPTURE(one.name);
    watched_bench<raw_client> client;
    client.greet();
    auto const bad = client.send(bidi, headers(one.head), true);
    REQUIRE(client.at.run_until([&] { return client.reset.contains(bad); }));
    CHECK(client.reset[bad] == 0x10e);
    auto const good = client.send(bidi, headers(get()), true);
    client.at.settle();
    bytes room(256);
    auto const got = client.at.client().read(good, room, client.at.now());
    REQUIRE(got);
    CHECK(got->fin);
    CHECK(as_text({room.data(), got->size}).find("an answer") != std::string_view::npos);
    CHECK_FALSE(client.at.ended(role::client));
  }
}
