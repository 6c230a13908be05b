// SPDX-License-Identifier: BSL-1.0
// WebTransport from end to end.
#include "webtransport_pair.hpp"

#include <catch2/generators/catch_generators.hpp>

using namespace http3_test;

TEST_CASE("streams and datagrams of a session go both ways", "[http3][webtransport]") {
  transported t;
  t.open();
  REQUIRE(!t.refused);
  CHECK(t.asked_for == "webtransport-h3");
  auto& near = *t.client().session;
  auto& far = *t.server().session;
  t.client().take(*near.open_bidirectional()).end("question");
  REQUIRE(t.runs_until([&] { return t.server().heard("end"); }));
  CHECK(t.server().told == "both \"question\" end ");
  t.server().streams[0]->end("answer");
  REQUIRE(t.runs_until([&] { return t.client().heard("closed") && t.server().heard("closed"); }));
  CHECK(t.client().told == "both \"answer\" end closed ");

  far.open_unidirectional()->end("news");
  t.server().take(*far.open_bidirectional()).end("well?");
  near.open_unidirectional()->end("old");
  REQUIRE(t.runs_until([&] { return t.client().heard("\"well?\" end") && t.server().heard("\"old\" end"); }));
  CHECK(t.client().heard("one \"news\" end"));
  CHECK(near.send_datagram("ping"));
  CHECK(far.send_datagram("pong"));
  REQUIRE(t.runs_until([&] { return t.client().heard("datagram:pong") && t.server().heard("datagram:ping"); }));

  near.close(7, "enough");
  REQUIRE(t.runs_until([&] { return t.server().ended && t.client().ended; }));
  CHECK(t.server().ended->clean);
  CHECK(t.server().ended->code == 7);
  CHECK(t.server().ended->reason == "enough");
  CHECK(t.client().ended->clean);
  CHECK(t.client().ended->code == 7);
  CHECK(t.w.lab.client().open_streams() <= 6);
}

TEST_CASE("a large stream arrives whole and at the speed of its reader", "[http3][webtransport]") {
  transported t;
  t.open();
  std::string got;
  wt::stream* from = nullptr;
  bool ended = false;
  t.server().session->on_stream([&](wt::stream& one) {
    from = &one;
    one.on_content([&](byte_view bytes) {
      auto const some = std::min<std::size_t>(bytes.size(), 5000);
      got += as_text(bytes.first(some));
      return some;
    });
    one.on_end([&] { ended = true; });
    one.on_closed([&] { from = nullptr; });
  });
  std::string all(3'000'000, 'x');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>('a' + i % 23);
  t.client().session->open_unidirectional()->end(all);
  REQUIRE(t.runs_until([&] {
    if (from != nullptr) from->resume();
    return ended;
  }));
  CHECK(got == all);
}

TEST_CASE("a taker of a stream's bytes may put another one in its place, which gets what it leaves",
          "[http3][webtransport]") {
  auto const takes = GENERATE(as<std::size_t>{}, 0, 5, 100'000);
  transported t;
  t.open();
  std::string first;
  std::string rest;
  bool ended = false;
  t.server().session->on_stream([&](wt::stream& one) {
    one.on_content([&](byte_view bytes) {
      auto const some = bytes.first(std::min(takes, bytes.size()));
      first += as_text(some);
      one.on_content([&](byte_view more) { rest += as_text(more); });
      return some.size();
    });
    one.on_end([&] { ended = true; });
  });
  std::string all(100'000, 'x');
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>('a' + i % 23);
  t.client().session->open_unidirectional()->end(all);
  REQUIRE(t.runs_until([&] { return ended; }));
  CHECK(first + rest == all);
}

TEST_CASE("resets and refusals arrive with the application's codes", "[http3][webtransport]") {
  transported t;
  t.open();
  auto& one = t.client().take(*t.client().session->open_bidirectional());
  one.write("half a");
  REQUIRE(t.runs_until([&] { return t.server().heard("half a"); }));
  one.reset(0xffffffff);
  REQUIRE(t.runs_until([&] { return t.server().heard("reset"); }));
  CHECK(t.server().heard("reset:4294967295"));
  one.stop(77);
  REQUIRE(t.runs_until([&] { return t.server().heard("stopped"); }));
  CHECK(t.server().heard("stopped:77"));
  REQUIRE(t.runs_until([&] { return t.server().heard("closed"); }));
}

TEST_CASE("a stream that is reset at once still says whose it was", "[http3][webtransport]") {
  transported t;
  t.open();
  auto& one = *t.client().session->open_unidirectional();
  one.write("lost");
  one.reset(5);
  REQUIRE(t.runs_until([&] { return t.server().heard("reset:5"); }));
  CHECK(t.server().heard("one "));
}

TEST_CASE("sessions survive loss, and every stream that is reset still says whose it was", "[http3][webtransport]") {
  lab_options<urgent_stack> options;
  options.link.loss.probability = 0.1;
  transported t{{}, with_webtransport(), options};
  t.open();
  auto& near = *t.client().session;
  std::size_t opened = 0;
  auto const some = std::string(3000, 's');
  auto const open_more = [&] {
    while (opened < 200) {
      auto* const one = opened % 2 == 0 ? near.open_bidirectional() : near.open_unidirectional();
      if (one == nullptr) return;
      if (opened++ % 5 != 0) {
        one->end(some);
        if (one->is_bidirectional()) one->on_content([](byte_view) {});
        continue;
      }
      one->write("given up");
      one->reset(static_cast<std::uint32_t>(opened));
      one->stop();
    }
  };
  std::size_t came = 0;
  std::size_t whole = 0;
  std::size_t resets = 0;
  std::size_t closed = 0;
  t.server().session->on_stream([&](wt::stream& one) {
    ++came;
    auto const bytes = std::make_shared<std::size_t>(0);
    one.on_content([bytes](byte_view more) { *bytes += more.size(); });
    one.on_end([&whole, &some, &one, bytes] {
      if (*bytes == some.size()) ++whole;
      one.end();
    });
    one.on_reset([&](std::optional<std::uint32_t> code) {
      if (code) ++resets;
      one.end();
    });
    one.on_closed([&] { ++closed; });
  });
  near.on_room(open_more);
  open_more();
  REQUIRE(t.runs_until([&] { return closed == 200; }));
  CHECK(came == 200);
  CHECK(whole == 160);
  CHECK(resets == 40);
}

TEST_CASE("a stream that nobody takes is refused", "[http3][webtransport]") {
  transported t;
  t.open();
  t.server().session->on_stream({});
  auto& one = t.client().take(*t.client().session->open_bidirectional());
  one.write("hello?");
  REQUIRE(t.runs_until([&] { return t.client().heard("closed") || t.client().heard("stopped"); }));
  CHECK(t.client().heard("stopped:0"));
  CHECK(t.client().heard("reset:0"));
}

TEST_CASE("a session that ends closes its streams first", "[http3][webtransport]") {
  transported t;
  t.open();
  t.client().take(*t.client().session->open_bidirectional()).write("open");
  REQUIRE(t.runs_until([&] { return t.server().heard("open"); }));
  t.server().session->close();
  CHECK(t.server().session->open_unidirectional() == nullptr);
  CHECK_FALSE(t.server().session->send_datagram("late"));
  REQUIRE(t.runs_until([&] { return t.server().ended && t.client().ended; }));
  CHECK(t.client().ended->clean);
  CHECK(t.client().ended->code == 0);
  CHECK(t.client().heard("closed"));
  CHECK(t.server().heard("closed"));
}

TEST_CASE("a session that is given up is not clean", "[http3][webtransport]") {
  transported t;
  t.open();
  t.client().session->abort();
  REQUIRE(t.runs_until([&] { return t.server().ended && t.client().ended; }));
  CHECK_FALSE(t.server().ended->clean);
}

TEST_CASE("an end may be asked for", "[http3][webtransport]") {
  transported t;
  t.open();
  t.server().session->drain();
  REQUIRE(t.runs_until([&] { return t.client().heard("drain"); }));
  t.client().session->open_unidirectional()->end("still here");
  REQUIRE(t.runs_until([&] { return t.server().heard("still here"); }));
  t.w.service.shutdown();
  t.client().told.clear();
  REQUIRE(t.runs_until([&] { return t.client().heard("drain"); }));
  CHECK(t.client().session != nullptr);
  // Both kinds of streams, of which one begins like a request.
  t.client().session->open_bidirectional()->end("and here");
  REQUIRE(t.runs_until([&] { return t.server().heard("and here"); }));
  t.client().session->close();
  REQUIRE(t.runs_until([&] { return t.server().ended.has_value() && t.w.agent.connections() == 0; }));
}

TEST_CASE("after GOAWAY there are no more sessions", "[http3][webtransport]") {
  transported t{{}, with_webtransport(2)};
  t.open();
  t.w.service.announce_shutdown();
  REQUIRE(t.runs_until([&] { return t.client().heard("drain"); }));
  t.ask();
  REQUIRE(t.runs_until([&] { return t.refused.has_value(); }));
  CHECK(t.refused->failure == h3::error_code::request_rejected);
  CHECK(t.servers.size() == 1);
}

TEST_CASE("a protocol is agreed on, or there is no session for who needs one", "[http3][webtransport]") {
  SECTION("the client's favourite of those that the server speaks") {
    transported t{{{"b", "a \"quoted\" one"}, {}}};
    t.open({{"c", "a \"quoted\" one", "b"}, true});
    REQUIRE(!t.refused);
    CHECK(t.client().session->protocol() == "a \"quoted\" one");
    CHECK(t.server_protocol == "a \"quoted\" one");
  }
  SECTION("none in common") {
    transported t{{{"b"}, {}}};
    t.open({{"c"}, true});
    REQUIRE(t.refused);
    CHECK(t.refused->failure == h3::error_code{0x0817b3dd});
    REQUIRE(t.runs_until([&] { return t.server().ended.has_value(); }));
  }
  SECTION("none in common, and none needed") {
    transported t{{{"b"}, {}}};
    t.open({{"c"}, false});
    REQUIRE(!t.refused);
    CHECK(t.client().session->protocol().empty());
  }
}

TEST_CASE("a protocol that cannot be named on the wire is refused with a sentence", "[http3][webtransport]") {
  transported t;
  auto const refusal_of = [&](std::string const& name) -> std::string {
    try {
      t.ask({{"good", name}, false});
    } catch (std::invalid_argument const& problem) {
      return problem.what();
    }
    return "none";
  };
  auto const begins = [](std::string const& problem, std::string_view with) { return problem.find(with) == 0; };
  CHECK(begins(refusal_of("caf\xc3\xa9"),
               "http3::webtransport: the protocol 'caf\xc3\xa9' cannot be sent: its byte 195 is none"));
  CHECK(begins(refusal_of("a\nb"), "http3::webtransport: the protocol 'a\nb' cannot be sent: its byte 10 is none"));
  CHECK(begins(refusal_of("\x7f"), "http3::webtransport: the protocol '\x7f' cannot be sent: its byte 127 is none"));
  CHECK(t.w.site->pending() == 0);
  CHECK(refusal_of("~ \"any\" \\ of these ") == "none");
  REQUIRE(t.runs_until([&] { return !t.clients.empty(); }));
}

TEST_CASE("a client asks for its session with https, an authority and a path", "[http3][webtransport]") {
  std::string asked;
  // Host could stand for :authority, so that it must not be there.
  web w{[&](h3::request& request, h3::response& response) {
          asked = std::string{request.scheme()} + ' ' + std::string{request.authority()} + ' ' +
                  std::string{request.path()} + (request.field("host") ? " host" : "");
          response.status(404).end();
        },
        {},
        with_webtransport()};
  std::optional<h3::connect_refusal> refused;
  wt::open(*w.site, "/chat", {}, [&](wt::opened outcome) {
    if (!outcome) refused = outcome.error();
  });
  REQUIRE(w.lab.run_until([&] { return refused.has_value(); }));
  CHECK(asked == "https a.test /chat");
}

TEST_CASE("origins are asked about", "[http3][webtransport]") {
  for (auto const* const origin : {"https://a.test", "https://b.test"}) {
    CAPTURE(origin);
    transported t;
    unsigned status = 0;
    auto& asked = t.w.site->request("CONNECT", "/", [&](h3::client_response& got) { status = got.status(); });
    asked.protocol("webtransport-h3").field("origin", origin).start_content();
    REQUIRE(t.w.lab.run_until([&] { return status != 0; }));
    CHECK(status == (std::string_view{origin} == "https://a.test" ? 200U : 403U));
  }
}

TEST_CASE("a second session needs another connection, unless several were agreed on", "[http3][webtransport]") {
  SECTION("one") {
    transported t;
    t.open();
    t.ask();
    REQUIRE(t.runs_until([&] { return t.refused.has_value(); }));
    CHECK(t.refused->failure == h3::error_code::request_rejected);
    CHECK(t.client().session != nullptr);
  }
  SECTION("two") {
    transported t{{}, with_webtransport(2)};
    t.open();
    t.open();
    CHECK(t.asked_for == "webtransport-h3");
    REQUIRE(t.servers.size() == 2);
    t.clients[1]->session->open_unidirectional()->end("to the second");
    t.clients[0]->session->send_datagram("to the first");
    REQUIRE(t.runs_until([&] { return t.servers[0]->heard("first") && t.servers[1]->heard("second"); }));
    CHECK_FALSE(t.servers[0]->heard("second"));
    CHECK_FALSE(t.servers[1]->heard("first"));
    t.clients[0]->session->close();
    REQUIRE(t.runs_until([&] { return t.clients[0]->ended.has_value(); }));
    CHECK(t.clients[1]->session != nullptr);
  }
}

TEST_CASE("a server that does not speak WebTransport is not asked", "[http3][webtransport]") {
  transported t{{}, {.extended_connect = true}};
  t.open();
  REQUIRE(t.refused);
  CHECK(t.servers.empty());
}
