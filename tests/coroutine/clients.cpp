// SPDX-License-Identifier: BSL-1.0
// Clients whose requests are awaited.
#include "drive.hpp"

#include <catch2/matchers/catch_matchers.hpp>

namespace {

using namespace coroutine_test;

void describe(h3::request& request, h3::response& response) {
  if (request.path() == "/nothing") return response.status(404).field("x-why", "not here").end();
  if (request.path() == "/trailed") return response.trailer("digest", "1").end("content");
  if (request.path() == "/large") return response.end(std::string(100'000, 'x'));
  request.read_all(1 << 20, [&](std::string_view body) {
    response.end(std::string{request.method()} + ' ' + std::string{request.target()} + ' ' +
                 std::string{request.field("x-mood").value_or("-")} + ' ' + std::string{body});
  });
}

}  // namespace

TEST_CASE("a client's coroutine gets the answer and its content", "[coroutine]") {
  web w{describe};
  auto const work = [](h3::origin& site) -> h3::task<> {
    auto first = co_await site.get("/here?x=1");
    CHECK(first.status() == 200);
    auto content = co_await first.body();
    CHECK(content == "GET /here?x=1 - ");
    CHECK(first.status() == 200);  // and stays when the exchange is long over
    content = co_await first.next();
    CHECK(content.empty());

    auto second = co_await site.ask("PUT", "/there").field("X-Mood", "good").content("some words");
    content = co_await second.body();
    CHECK(content == "PUT /there good some words");

    auto third = co_await site.get("/nothing");
    CHECK(third.status() == 404);
    CHECK(third.field("x-why") == "not here");
    content = co_await third.body();
    CHECK(content.empty());

    auto fourth = co_await site.get("/trailed");
    content = co_await fourth.body();
    CHECK(content == "content");
    CHECK(fourth.trailers().find("digest") == "1");
  };
  serve(w, work(*w.site));
  w.lab.advance(1s);
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("content is sent piece by piece as it is taken", "[coroutine]") {
  web w{[](h3::request& request, h3::response& response) {
    request.on_content([](byte_view) {});
    request.on_end([&response] { response.end("taken"); });
  }};
  auto const work = [](h3::origin& site) -> h3::task<std::string> {
    auto upload = site.ask("PUT", "/large");
    std::string const piece(100'000, 'p');
    for (int i = 0; i < 40; ++i) co_await upload.write_all(piece);
    auto answer = co_await upload;
    co_return co_await answer.body();
  };
  CHECK(serve(w, work(*w.site)) == "taken");
}

TEST_CASE("coroutines go on side by side and their exceptions come out at the end", "[coroutine]") {
  web w{describe};
  std::vector<std::string> heard;
  auto const get = [&](std::string path) -> h3::task<> { heard.push_back(co_await content_of(*w.site, path)); };
  auto const fail = [&]() -> h3::task<> {
    co_await get("/before");
    throw std::runtime_error{"out of luck"};
  };
  CHECK_THROWS_WITH(serve(w, get("/1"), fail(), get("/2")), "out of luck");
  std::sort(heard.begin(), heard.end());
  CHECK(heard == std::vector<std::string>{"GET /1 - ", "GET /2 - ", "GET /before - "});
}

TEST_CASE("a client takes no more content than it says", "[coroutine]") {
  web w{describe};
  auto const work = [](h3::origin& site) -> h3::task<> {
    auto answer = co_await site.get("/large");
    CHECK_THROWS_AS(co_await answer.body(1000), h3::content_too_large);
  };
  serve(w, work(*w.site));
  w.lab.advance(1s);
  CHECK(w.agent.pending() == 0);
}

TEST_CASE("who waits hears that a message is lost, and why", "[coroutine]") {
  web w{[](h3::request& request, h3::response& response) {
    if (request.path() == "/broken") response.write("some"), response.abort(h3::error_code::excessive_load);
    if (request.path() == "/refused") response.abort(h3::error_code::request_rejected);
  }};
  auto const code_of = [](h3::origin& site, std::string path) -> h3::task<h3::error_code> {
    try {
      auto answer = co_await site.get(path);
      while (!(co_await answer.next()).empty()) {
      }
    } catch (h3::message_lost const& lost) {
      co_return lost.code();
    }
    co_return h3::error_code::no_error;
  };
  CHECK(serve(w, code_of(*w.site, "/broken")) == h3::error_code::excessive_load);
  CHECK(serve(w, code_of(*w.site, "/refused")) == h3::error_code::request_rejected);

  auto const close = [&]() -> h3::task<> {
    w.lab.client().close(0, "enough", w.lab.now());
    co_return;
  };
  auto lost = h3::error_code::no_error;
  auto const wait = [&]() -> h3::task<> { lost = co_await code_of(*w.site, "/silent"); };
  serve(w, wait(), close());
  CHECK(lost != h3::error_code::no_error);
}
