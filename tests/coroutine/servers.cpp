// SPDX-License-Identifier: BSL-1.0
// Handlers that are coroutines.
#include "drive.hpp"

namespace {

using namespace coroutine_test;

h3::task<> echo(h3::request& request, h3::response& response) {
  auto const body = co_await request.body();
  response.field("content-type", "text/plain").end("You said " + body);
}

}  // namespace

TEST_CASE("a handler may be a coroutine that waits for the content", "[coroutine]") {
  web w{echo};
  answer got;
  w.lab.advance(1s);
  auto& request = w.site->request("POST", "/", got.taker());
  REQUIRE(request.write("hello ") == 6);
  w.lab.advance(1s);
  CHECK(got.status == 0);
  request.end("world");
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(got.content == "You said hello world");
  w.lab.advance(1s);
  CHECK(w.service.exchanges() == 0);
}

TEST_CASE("a coroutine's end is the end of its response", "[coroutine]") {
  web w{[](h3::request&, h3::response& response) -> h3::task<> { co_await response.write_all("that is all"); }};
  CHECK(serve(w, content_of(*w.site, "/")) == "that is all");
}

TEST_CASE("content goes through a coroutine piece by piece, at the pace of its reader", "[coroutine]") {
  std::size_t passed = 0;
  web w{[&](h3::request& request, h3::response& response) -> h3::task<> {
    for (auto piece = co_await request.next(); !piece.empty(); piece = co_await request.next()) {
      co_await response.write_all(piece);
      passed += piece.size();
    }
  }};
  std::string const sent(3'000'000, 'q');
  answer got;
  h3::client_response* response = nullptr;
  auto& request = w.site->request("POST", "/", [&](h3::client_response& head) { response = &head; });
  std::size_t written = request.write(sent);
  request.on_writable([&] {
    written += request.write(std::string_view{sent}.substr(written));
    if (written == sent.size()) request.end();
  });
  w.lab.advance(5s);
  REQUIRE(response != nullptr);
  CHECK(passed < sent.size());  // its client does not read, so neither does it
  got.take(*response);
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(got.content == sent);
}

TEST_CASE("a coroutine that throws is answered for", "[coroutine]") {
  web w{[](h3::request& request, h3::response& response) -> h3::task<> {
    if (request.path() == "/late") co_await response.write_all("it began well");
    if (request.path() != "/at-once") co_await request.body();
    throw std::runtime_error{"out of luck"};
  }};
  for (auto const* path : {"/at-once", "/waited"}) {
    answer got;
    w.site->get(path, got.taker());
    REQUIRE(w.lab.run_until([&] { return got.ended; }));
    CHECK(got.status == 500);
  }
  answer late;
  w.site->get("/late", late.taker());
  REQUIRE(w.lab.run_until([&] { return late.failure.has_value(); }));
  CHECK(late.failure == h3::error_code::internal_error);
}

TEST_CASE("a coroutine takes no more content than it says", "[coroutine]") {
  bool thrown = false;
  web w{[&](h3::request& request, h3::response& response) -> h3::task<> {
    try {
      response.end(std::to_string((co_await request.body(1000)).size()));
    } catch (h3::content_too_large const&) {
      thrown = true;
      throw;
    }
  }};
  answer good;
  w.site->request("POST", "/", good.taker()).end(std::string(1000, 'x'));
  REQUIRE(w.lab.run_until([&] { return good.ended; }));
  CHECK(good.content == "1000");
  CHECK_FALSE(thrown);
  answer announced;
  w.site->request("POST", "/", announced.taker()).field("content-length", "1001").end(std::string(1001, 'x'));
  REQUIRE(w.lab.run_until([&] { return announced.ended; }));
  CHECK(announced.status == 413);
  CHECK(std::exchange(thrown, false));
  answer large;
  w.site->request("POST", "/", large.taker()).end(std::string(100'000, 'x'));
  REQUIRE(w.lab.run_until([&] { return large.ended; }));
  CHECK(large.status == 413);
  CHECK(thrown);
}

TEST_CASE("a handler that is replaced stays for the coroutines that use it", "[coroutine]") {
  web w{[name = std::string(100, 'a')](h3::request& request, h3::response& response) -> h3::task<> {
    co_await request.body();
    response.end(name);
  }};
  answer got;
  auto& request = w.site->request("POST", "/", got.taker());
  request.write("more follows");
  w.lab.advance(1s);
  w.service.set_handler([](h3::request&, h3::response& response) { response.status(503).end(); });
  request.end();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(got.content == std::string(100, 'a'));
}
