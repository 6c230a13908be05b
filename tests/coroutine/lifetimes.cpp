// SPDX-License-Identifier: BSL-1.0
// Coroutines whose messages, connections or owners go before their end.
#include "drive.hpp"

using namespace coroutine_test;

TEST_CASE("a handler hears that its client gave up", "[coroutine][lifetime]") {
  int alive = 0;
  std::optional<h3::error_code> heard;
  web w{[&](h3::request& request, h3::response& response) -> h3::task<> {
    counted const here{alive};
    try {
      co_await request.body();
    } catch (h3::message_lost const& lost) {
      heard = lost.code();
    }
    CHECK_THROWS_AS(co_await response.write_all("too late"), h3::message_lost);
  }};
  answer got;
  auto& request = w.site->request("POST", "/", got.taker());
  request.write("some");
  w.lab.advance(1s);
  CHECK(alive == 1);
  request.abort();
  REQUIRE(w.lab.run_until([&] { return alive == 0; }));
  CHECK(heard == h3::error_code::request_cancelled);
  w.lab.advance(1s);
  CHECK(w.service.exchanges() == 0);
}

TEST_CASE("a handler that waits for something else ends with its exchange", "[coroutine][lifetime]") {
  int outer = 0;
  int inner_closed = 0;
  web* self = nullptr;
  web w{[&](h3::request& request, h3::response& response) -> h3::task<> {
    if (request.path() == "/inner") {
      response.on_closed([&] { ++inner_closed; });
      response.start_content();
      co_await std::suspend_always{};
    }
    counted const here{outer};
    auto upstream = co_await self->site->get("/inner");
    co_await upstream.body();
  }};
  self = &w;
  answer got;
  auto& request = w.site->request("GET", "/outer", got.taker());
  request.end();
  REQUIRE(w.lab.run_until([&] { return outer == 1; }));
  w.lab.advance(1s);
  CHECK(inner_closed == 0);
  request.abort();
  REQUIRE(w.lab.run_until([&] { return outer == 0 && inner_closed == 1; }));  // and what it asked for was given up
  w.lab.advance(1s);
  w.agent.after_turn();
  CHECK(w.service.exchanges() == 0);
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("an answer that nobody keeps is given up", "[coroutine][lifetime]") {
  std::optional<h3::error_code> heard;
  web w{[&](h3::request&, h3::response& response) -> h3::task<> {
    try {
      co_await response.write_all(std::string(50'000'000, 'x'));
    } catch (h3::message_lost const& lost) {
      heard = lost.code();
    }
  }};
  auto const work = [](h3::origin& site) -> h3::task<unsigned> { co_return (co_await site.get("/")).status(); };
  CHECK(serve(w, work(*w.site)) == 200);
  REQUIRE(w.lab.run_until([&] { return heard.has_value(); }));
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("a request that is never awaited is never sent", "[coroutine][lifetime]") {
  int asked = 0;
  web w{[&](h3::request&, h3::response& response) { ++asked, response.end(); }};
  static_cast<void>(w.site->get("/"));
  w.lab.advance(1s);
  w.agent.after_turn();
  CHECK(asked == 0);
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("coroutines go with the server and the client that they wait for", "[coroutine][lifetime]") {
  int alive = 0;
  std::optional<h3::kept_work> kept;
  {
    web w{[&](h3::request& request, h3::response&) -> h3::task<> {
      counted const here{alive};
      co_await request.body();
    }};
    auto const work = [&]() -> h3::task<> {
      counted const here{alive};
      auto upload = w.site->ask("POST", "/");
      co_await upload.write_all(std::string(50'000'000, 'x'));
    };
    kept = work().start([&](std::exception_ptr const&) {});
    REQUIRE(w.lab.run_until([&] { return alive == 2; }));
  }
  CHECK(alive == 0);
}

TEST_CASE("whoever lets go of a coroutine ends it where it waits", "[coroutine][lifetime]") {
  int alive = 0;
  bool told = false;
  web w{[](h3::request&, h3::response&) {}};
  auto const wait = [&](std::string path) -> h3::task<> {
    counted const here{alive};
    static_cast<void>(co_await content_of(*w.site, path));
  };
  {
    auto const kept = wait("/").start([&](std::exception_ptr const&) { told = true; });
    w.lab.advance(1s);
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
  CHECK_FALSE(told);
  // The request goes on, until the client has kept its connection open long enough for an answer that does not come.
  CHECK(w.agent.pending() == 1);
  REQUIRE(w.lab.run_until([&] { return w.agent.pending() == 0; }, 6min));
}

TEST_CASE("a task that was never awaited goes quietly", "[coroutine][lifetime]") {
  int alive = 0;
  {
    auto const work = [](int& all) -> h3::task<> {
      counted const here{all};
      co_return;
    };
    auto const never = work(alive);
    CHECK(alive == 0);
  }
  CHECK(alive == 0);
}
