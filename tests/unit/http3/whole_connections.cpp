// SPDX-License-Identifier: BSL-1.0
// Servers and clients of the API, over connections of the test stack in virtual time.
#include "web.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

namespace {

using namespace http3_test;
using namespace std::chrono_literals;

void hello(h3::request const& request, h3::response& response) {
  if (request.method() != "GET") return response.status(405).end();
  response.field("Content-Type", "text/plain").end("You asked for " + std::string{request.path()});
}

}  // namespace

TEST_CASE("a client asks and a server answers", "[http3][api]") {
  web w{hello};
  answer got;
  answer refused;
  w.site->get("/here?x=1", got.taker());
  w.site->request("DELETE", "/", refused.taker()).end();
  REQUIRE(w.lab.run_until([&] { return got.ended && refused.ended; }));
  CHECK(got.status == 200);
  CHECK(got.type == "text/plain");
  CHECK(got.content == "You asked for /here");
  CHECK(refused.status == 405);
  w.lab.advance(1s);
  CHECK(w.agent.pending() == 0);
  CHECK(w.service.exchanges() == 0);
}

TEST_CASE("more requests than allowed at a time wait for their turn", "[http3][api]") {
  lab_options<urgent_stack> options;
  options.server.bidi_streams = 3;
  h3::session_settings settings;
  settings.request_streams = 3;
  web w{hello, options, settings};
  std::vector<answer> answers(20);
  for (auto& one : answers) w.site->get("/", one.taker());
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  for (auto const& one : answers) CHECK(one.ended);
}

TEST_CASE("a connection is kept open as long as a response is outstanding", "[http3][api]") {
  std::vector<h3::response*> held;
  lab_options<urgent_stack> options;
  options.client.idle_timeout = options.server.idle_timeout = 10s;
  h3::session_settings settings;
  SECTION("which comes in time") {
    web w{[&](h3::request const&, h3::response& response) { held.push_back(&response); }, options};
    answer got;
    w.site->get("/slow", got.taker());
    w.lab.advance(4min);
    REQUIRE(held.size() == 1);
    CHECK_FALSE(got.failure);
    held[0]->end("at last");
    REQUIRE(w.lab.run_until([&] { return got.ended; }));
    CHECK(got.content == "at last");
    // Then nothing is, and it may go idle.
    w.lab.advance(11s);
    CHECK(w.agent.connections() == 0);
  }
  SECTION("which never comes, for a while") {
    settings.keep_alive = 1min;
    web w{[&](h3::request const&, h3::response& response) { held.push_back(&response); }, options, settings};
    answer got;
    w.site->get("/slow", got.taker());
    w.lab.advance(1min);
    CHECK_FALSE(got.failure);
    w.lab.advance(11s);
    CHECK(got.failure);
    CHECK(w.agent.connections() == 0);
  }
  SECTION("unless that is not wanted") {
    settings.keep_alive = 0s;
    web w{[&](h3::request const&, h3::response& response) { held.push_back(&response); }, options, settings};
    answer got;
    w.site->get("/slow", got.taker());
    w.lab.advance(11s);
    CHECK(got.failure);
    CHECK(w.agent.connections() == 0);
  }
}

TEST_CASE("content flows both ways at the pace of whoever reads it", "[http3][api]") {
  std::string got;
  h3::request* asked = nullptr;
  bool slow = true;
  web w{[&](h3::request& request, h3::response& response) {
    asked = &request;
    request.on_content([&](byte_view bytes) -> std::size_t {
      if (slow) return 0;
      got += as_text(bytes);
      return bytes.size();
    });
    request.on_end([&] { response.end(got); });
  }};
  std::string const sent(3'000'000, 'q');
  answer echoed;
  auto& request = w.site->request("POST", "/", echoed.taker());
  std::size_t written = request.write(sent);
  request.on_writable([&] {
    written += request.write(std::string_view{sent}.substr(written));
    if (written == sent.size()) request.end();
  });
  w.lab.advance(5s);
  CHECK(got.empty());
  CHECK(w.lab.server().held_bytes() <= (1 << 20) + 4096);  // the stream's first window, and no more
  CHECK(written < sent.size());
  slow = false;
  REQUIRE(asked != nullptr);
  asked->resume();
  REQUIRE(w.lab.run_until([&] { return echoed.ended; }));
  CHECK(got == sent);
  CHECK(echoed.content == sent);
}

TEST_CASE("a whole request is gathered up to a limit", "[http3][api]") {
  web w{[](h3::request& request, h3::response& response) {
    request.read_all(1000, [&response](std::string_view all) { response.end(std::to_string(all.size())); });
  }};
  answer good;
  answer announced;
  answer large;
  w.site->request("POST", "/", good.taker()).end(std::string(1000, 'x'));
  w.site->request("POST", "/", announced.taker()).field("content-length", "1001").end(std::string(1001, 'x'));
  w.site->request("POST", "/", large.taker()).end(std::string(100'000, 'x'));
  REQUIRE(w.lab.run_until([&] { return good.ended && announced.ended && large.ended; }));
  CHECK(good.content == "1000");
  CHECK(announced.status == 413);
  CHECK(large.status == 413);
}

TEST_CASE("a limit that is lowered while a whole is gathered holds for what is there", "[http3][api]") {
  h3::request* asked = nullptr;
  web w{[&](h3::request& request, h3::response& response) {
    asked = &request;
    request.read_all(1000, [&response](std::string_view all) { response.end(std::to_string(all.size())); });
  }};
  answer got;
  w.lab.advance(1s);
  auto& request = w.site->request("POST", "/", got.taker());
  REQUIRE(request.write(std::string(500, 'x')) == 500);
  w.lab.advance(1s);
  REQUIRE(asked != nullptr);
  asked->read_all(100, [](std::string_view) {});
  CHECK(request.write(std::string(500, 'x')) == 500);
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(got.status == 413);
}

TEST_CASE("a response to HEAD may tell of more than anybody takes", "[http3][api][rfc9110]") {
  web w{[](h3::request const&, h3::response& response) { response.field("content-length", "5000").end(); }};
  int taken = 0;
  auto const take = [&](h3::client_response& response) {
    response.read_all(1000, [&](std::string_view all) { taken += all.empty() ? 1 : 2; });
  };
  w.site->request("HEAD", "/", take).end();
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  CHECK(taken == 1);
}

TEST_CASE("who answers while it takes content gets the rest of it", "[http3][api]") {
  std::size_t got = 0;
  web w{[&](h3::request& request, h3::response& response) {
    request.on_content([&](byte_view bytes) {
      if (got == 0) response.end("enough to know");
      got += bytes.size();
    });
  }};
  answer early;
  w.site->request("POST", "/", early.taker()).end(std::string(100'000, 'x'));
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  CHECK(early.content == "enough to know");
  CHECK(got == 100'000);
}

TEST_CASE("a taker of content may put another one in its place, which gets what it leaves", "[http3][api]") {
  std::string first;
  std::string rest;
  auto const takes = GENERATE(as<std::size_t>{}, 0, 5, 100'000);
  web w{[&](h3::request& request, h3::response& response) {
    request.on_content([&](byte_view bytes) {
      auto const some = bytes.first(std::min(takes, bytes.size()));
      first += as_text(some);
      request.on_content([&](byte_view more) { rest += as_text(more); });
      return some.size();
    });
    request.on_end([&] { response.end(); });
  }};
  std::string all(100'000, 'x');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>('a' + i % 23);
  w.site->request("POST", "/", [](h3::client_response&) {}).end(all);
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  CHECK(first.size() + rest.size() == all.size());
  CHECK(first + rest == all);
}

TEST_CASE("a taker of content may ask for the rest as a whole", "[http3][api]") {
  std::string line;
  web w{[&](h3::request& request, h3::response& response) {
    request.on_content([&](byte_view bytes) {
      line = as_text(bytes.first(5));
      request.read_all(200'000, [&](std::string_view rest) { response.end(rest); });
      return line.size();
    });
  }};
  std::string const rest(100'000, 'r');
  answer got;
  w.site->request("POST", "/", got.taker()).end("line\n" + rest);
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  CHECK(line == "line\n");
  CHECK(got.content == rest);
}

TEST_CASE("who asks for the whole of what is complete gets it at once", "[http3][api]") {
  h3::request* asked = nullptr;
  h3::response* waiting = nullptr;
  web w{[&](h3::request& request, h3::response& response) { asked = &request, waiting = &response; }};
  answer got;
  w.site->get("/", got.taker());
  REQUIRE(w.lab.run_until([&] { return asked != nullptr && asked->complete(); }));
  int taken = 0;
  asked->read_all(1000, [&](std::string_view all) { taken += all.empty() ? 1 : 2; });
  CHECK(taken == 1);
  waiting->end();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
}

TEST_CASE("a request that is given up before it has a stream is over", "[http3][api]") {
  web w{hello};
  answer got;
  bool closed = false;
  auto& request = w.site->request("GET", "/", got.taker());
  request.on_closed([&] { closed = true; });
  request.abort();
  w.agent.after_turn();
  CHECK(closed);
  CHECK(got.failure == h3::error_code::request_cancelled);
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("a handler may answer later and hear that nobody waits any more", "[http3][api]") {
  std::vector<h3::response*> waiting;
  int closed = 0;
  web w{[&](h3::request const&, h3::response& response) {
    waiting.push_back(&response);
    response.on_closed([&] { ++closed; });
  }};
  answer first;
  answer second;
  w.site->get("/1", first.taker());
  auto& impatient = w.site->request("GET", "/2", second.taker());
  impatient.end();
  REQUIRE(w.lab.run_until([&] { return waiting.size() == 2; }));
  impatient.abort();
  REQUIRE(w.lab.run_until([&] { return closed == 1; }));
  CHECK(second.failure == h3::error_code::request_cancelled);
  waiting[0]->status(204).end();
  REQUIRE(w.lab.run_until([&] { return first.ended; }));
  CHECK(first.status == 204);
  w.lab.advance(1s);
  CHECK(closed == 2);
}

TEST_CASE("interim responses, trailers and an unread request", "[http3][api]") {
  web w{[](h3::request const&, h3::response& response) {
    response.field("link", "</style.css>").interim(103);
    response.field("x", "y").trailer("Digest", "1").end("content");
  }};
  answer got;
  unsigned interim = 0;
  std::string trailer;
  auto& request = w.site->request("POST", "/", [&](h3::client_response& response) {
    got.take(response);
    CHECK(!response.field("link"));
    response.on_end([&, at = &response] {
      trailer = at->trailers().find("digest").value_or("");
      got.ended = true;
    });
  });
  request.on_interim([&](unsigned status) { interim = status; });
  request.write("never read");
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(interim == 103);
  CHECK(got.content == "content");
  CHECK(trailer == "1");
  w.lab.advance(1s);
  CHECK(w.service.exchanges() == 0);
}

TEST_CASE("a handler that throws is answered for, and what cannot be sent is named", "[http3][api]") {
  std::string said;
  web w{[&](h3::request const& request, h3::response& response) {
    try {
      if (request.path() == "/split") response.field("x", "1\r\ny: 2");
      if (request.path() == "/name") response.field("a b", "1");
    } catch (std::invalid_argument const& problem) {
      said = problem.what();
      throw;
    }
    throw std::runtime_error{"nobody's business"};
  }};
  for (auto const* path : {"/split", "/name", "/"}) {
    answer got;
    w.site->get(path, got.taker());
    REQUIRE(w.lab.run_until([&] { return got.ended; }));
    CHECK(got.status == 500);
    CHECK(got.content.empty());
    if (path == std::string_view{"/split"}) CHECK(said.find("'x'") != std::string::npos);
  }
}

TEST_CASE("a server that shuts down finishes what it has begun", "[http3][api]") {
  h3::response* waiting = nullptr;
  web w{[&](h3::request const&, h3::response& response) { waiting = &response; }};
  answer got;
  w.site->get("/", got.taker());
  REQUIRE(w.lab.run_until([&] { return waiting != nullptr; }));
  w.service.announce_shutdown();
  w.lab.advance(100ms);
  CHECK(w.site->going_away());
  answer late;
  w.site->get("/late", late.taker());
  CHECK(late.failure == h3::error_code::request_rejected);
  w.service.shutdown();
  w.lab.advance(100ms);
  CHECK(!got.ended);
  waiting->end("bye");
  REQUIRE(w.lab.run_until([&] { return w.lab.ended(role::client).has_value(); }));
  CHECK(got.content == "bye");
  CHECK(w.lab.ended(role::client)->application);
  CHECK(w.lab.ended(role::client)->code == 0x100);
  CHECK(w.agent.connections() == 0);
}

TEST_CASE("what is used outside of events has its own connection looked at and no others", "[http3][api]") {
  web w{hello};
  std::vector<h3::origin*> sites{w.site};
  connection_type* last = nullptr;
  for (int i = 0; i < 100; ++i) {
    last = &w.lab.connect("a.test");
    sites.push_back(&w.agent.adopt(*last, "a.test"));
  }
  w.lab.advance(2s);
  w.agent.after_turn();  // which looks at all, for a second has passed
  w.clock_reads = 0;
  w.agent.after_turn();
  CHECK(w.clock_reads == 1);
  // Each connection is asked for the time when it is looked at.
  std::vector<answer> answers(3);
  for (std::size_t i = 0; i < 3; ++i) sites[40 * i]->get("/", answers[i].taker());
  w.agent.after_turn();
  CHECK(w.clock_reads < 50);
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }));
  for (auto const& one : answers) CHECK(one.status == 200);
  // One that is gone by then is not looked at.
  answer lost;
  sites[100]->get("/", lost.taker());
  last->close(0x100, "", w.lab.now());
  REQUIRE(w.lab.run_until([&] { return lost.failure.has_value(); }));
  auto const before = w.agent.connections();
  w.lab.advance(1ms);
  w.agent.after_turn();
  CHECK(w.agent.connections() == before);
}

TEST_CASE("when a connection ends everything that waits is told", "[http3][api]") {
  int closed = 0;
  web w{[&](h3::request const&, h3::response& response) { response.on_closed([&] { ++closed; }); }};
  answer got;
  w.site->get("/", got.taker());
  w.lab.advance(200ms);
  w.lab.client().close(0x10c, "enough", w.lab.now());
  REQUIRE(w.lab.run_until([&] { return closed == 1; }));
  w.lab.settle(60s);
  CHECK(got.failure == h3::error_code::request_cancelled);
  CHECK(w.service.connections() == 0);
}

TEST_CASE("what ends with its connection may have been processed, whatever the connection's code says",
          "[http3][api][rfc9114]") {
  for (std::uint64_t const code : {0x100U, 0x102U, 0x10bU}) {
    CAPTURE(code);
    int processed = 0;
    web w{[&](h3::request const&, h3::response&) { ++processed; }};
    answer got;
    w.site->request("POST", "/", got.taker()).end("once, please");
    REQUIRE(w.lab.run_until([&] { return processed == 1; }));
    w.lab.server().close(code, "", w.lab.now());
    REQUIRE(w.lab.run_until([&] { return got.failure.has_value(); }));
    // RFC 9114 5.4: "rejected" would mean that it may be tried again.
    CHECK(*got.failure == (code == 0x10b ? h3::error_code::internal_error : static_cast<h3::error_code>(code)));
    CHECK(processed == 1);
  }
}

TEST_CASE("an urgent response overtakes the others", "[http3][api][rfc9218]") {
  lab_options<urgent_stack> options;
  options.link.bottleneck.bits_per_second = 10'000'000;
  web w{[](h3::request const&, h3::response& response) { response.end(std::string(500'000, 'x')); }, options};
  answer background;
  answer urgent;
  w.site->request("GET", "/slow", background.taker()).field("priority", "u=7").end();
  w.site->request("GET", "/fast", urgent.taker()).field("priority", "u=0").end();
  REQUIRE(w.lab.run_until([&] { return urgent.ended; }));
  CHECK(!background.ended);
  CHECK(background.content.size() < 300'000);
  REQUIRE(w.lab.run_until([&] { return background.ended; }));
}

TEST_CASE("datagrams belong to a tunnel", "[http3][api][rfc9297][rfc9220]") {
  web w{[](h3::request& request, h3::response& response) {
          if (request.protocol() != "echo") return response.status(501).end();
          request.on_datagram([&response](byte_view bytes) { response.send_datagram(bytes); });
          response.start_content();
        },
        {},
        {.extended_connect = true}};
  w.lab.advance(100ms);
  std::string echoed;
  answer got;
  auto& request = w.site->request("CONNECT", "/", [&](h3::client_response& response) {
    got.take(response);
    response.on_datagram([&](byte_view bytes) { echoed = as_text(bytes); });
  });
  request.protocol("echo").start_content();
  REQUIRE(w.lab.run_until([&] { return got.status == 200; }));
  CHECK(request.send_datagram(as_bytes("ping")));
  REQUIRE(w.lab.run_until([&] { return !echoed.empty(); }));
  CHECK(echoed == "ping");
}

TEST_CASE("cookies that were split are joined", "[http3][api][rfc9114]") {
  web w{[](h3::request const& request, h3::response& response) { response.end(request.cookies()); }};
  answer got;
  w.site->request("GET", "/", got.taker()).field("cookie", "a=1").field("x", "y").field("cookie", "b=2").end();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(got.content == "a=1; b=2");
}

TEST_CASE("requests survive loss", "[http3][api]") {
  lab_options<urgent_stack> options;
  options.link.loss.probability = 0.1;
  web w{hello, options};
  std::vector<answer> answers(50);
  for (auto& one : answers) w.site->get("/a/path/that/is/the/same/each/time", one.taker());
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }, 300s));
  for (auto const& one : answers) CHECK(one.content == "You asked for /a/path/that/is/the/same/each/time");
}
