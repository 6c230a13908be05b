// SPDX-License-Identifier: BSL-1.0
// WebSockets from end to end, and peers that break the rules.
#include "web.hpp"

#include <quoin/http3/websocket/handshake.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

using namespace http3_test;
using namespace std::chrono_literals;
namespace ws = quoin::http3::websocket;

/// What one end has heard.
struct hearing {
  ws::socket* socket = nullptr;
  std::string told;
  std::optional<ws::close_code> code;
  std::string reason;

  void listen(ws::socket& to) {
    socket = &to;
    to.on_text([this](std::string_view text) { told += "text:" + std::string{text} + ' '; });
    to.on_binary([this](byte_view bytes) { told += "binary:" + std::to_string(bytes.size()) + ' '; });
    to.on_pong([this](byte_view bytes) { told += "pong:" + std::string{as_text(bytes)} + ' '; });
    to.on_closed([this](ws::close_code why, std::string_view said) {
      socket = nullptr;
      code = why;
      reason = said;
    });
  }
};

h3::session_settings with_sockets() {
  h3::session_settings settings;
  settings.extended_connect = true;
  return settings;
}

/// A server that takes WebSockets, and a client of it.
struct joined {
  explicit joined(ws::accept_settings accepting = {}, lab_options<urgent_stack> options = {})
      : w(
            [this, settings = std::make_shared<ws::accept_settings>(std::move(accepting))](h3::request& request,
                                                                                           h3::response& response) {
              asked_fields = request.fields().size();
              request.on_failure([this](h3::error_code code) { server_failure = code; });
              if (auto* const one = ws::accept(request, response, *settings)) return server.listen(*one);
              if (request.protocol() != "websocket") response.status(501).end();
            },
            std::move(options), with_sockets()) {}

  void open(ws::open_settings settings = {}) {
    ws::open(*w.site, "/chat", std::move(settings), [this](ws::opened outcome) {
      if (outcome)
        client.listen(**outcome);
      else
        refused = outcome.error();
    });
    REQUIRE(w.lab.run_until([this] { return client.socket != nullptr || refused; }));
  }
  /// Serves what was said outside of events.
  void turn() {
    w.service.after_turn();
    w.agent.after_turn();
  }

  hearing server;
  hearing client;
  std::optional<h3::connect_refusal> refused;
  std::optional<h3::error_code> server_failure;
  std::size_t asked_fields = 0;
  web w;
};

std::string frame_of(ws::opcode code, std::string_view payload, bool masked) {
  ws::frame_head head{code, true, {}, payload.size()};
  if (masked) head.key = ws::masking_key{};  // a mask of zeros changes nothing
  std::array<std::uint8_t, ws::most_frame_head> room{};
  byte_writer writer{room};
  ws::write_head(writer, head);
  return std::string{as_text(writer.written())} + std::string{payload};
}

}  // namespace

TEST_CASE("messages go both ways over a WebSocket until both have closed it", "[http3][websocket][rfc9220]") {
  joined j;
  j.open();
  REQUIRE(j.client.socket != nullptr);
  CHECK(j.client.socket->send_text("hello"));
  CHECK(j.client.socket->send_binary(as_bytes(std::string(200'000, 'b'))));
  CHECK(j.client.socket->ping(as_bytes("there?")));
  CHECK(!j.client.socket->ping(as_bytes(std::string(126, 'x'))));
  REQUIRE(j.w.lab.run_until([&] { return j.client.told == "pong:there? "; }));
  CHECK(j.server.told == "text:hello binary:200000 ");
  j.server.socket->send_text("answer");
  j.turn();
  REQUIRE(j.w.lab.run_until([&] { return j.client.told == "pong:there? text:answer "; }));

  CHECK(!j.client.socket->close(ws::close_code::abnormal));
  CHECK(!j.client.socket->close(ws::close_code::normal, std::string(124, 'x')));
  CHECK(j.client.socket->close(ws::close_code::going_away, "enough"));
  CHECK(!j.client.socket->send_text("late"));
  CHECK(!j.client.socket->close());
  REQUIRE(j.w.lab.run_until([&] { return j.client.code && j.server.code; }));
  CHECK(j.server.code == ws::close_code::going_away);
  CHECK(j.server.reason == "enough");
  CHECK(j.client.code == ws::close_code::going_away);
  j.w.lab.advance(1s);
  CHECK(j.w.agent.pending() == 0);
  CHECK(j.w.service.exchanges() == 0);
}

TEST_CASE("a message that comes after our close is still told", "[http3][websocket]") {
  joined j;
  j.open();
  CHECK(j.client.socket->close());
  j.server.socket->send_text("on its way");
  j.turn();
  REQUIRE(j.w.lab.run_until([&] { return j.client.code.has_value(); }));
  CHECK(j.client.told == "text:on its way ");
  CHECK(j.client.code == ws::close_code::normal);
}

TEST_CASE("what the peer does not take waits up to a limit", "[http3][websocket]") {
  lab_options<urgent_stack> options;
  options.link.bottleneck.bits_per_second = 10'000'000;
  joined j{{}, options};
  j.open({.socket = {.most_message = 1 << 20, .most_unsent = 100'000}, .protocols = {}});
  std::size_t sent = 0;
  while (sent < 1000 && j.client.socket->send_binary(as_bytes(std::string(50'000, 'x')))) ++sent;
  CHECK(sent < 1000);
  CHECK(j.client.socket->unsent_bytes() < 160'000);
  bool again = false;
  j.client.socket->on_writable([&] { again = true; });
  REQUIRE(j.w.lab.run_until([&] { return again; }, 60s));
  CHECK(j.client.socket->send_text("more"));
  std::string expected;
  for (std::size_t i = 0; i < sent; ++i) expected += "binary:50000 ";
  REQUIRE(j.w.lab.run_until([&] { return j.server.told == expected + "text:more "; }, 60s));
}

TEST_CASE("who pauses is told nothing and gives no credit", "[http3][websocket]") {
  joined j;
  j.open();
  j.server.socket->pause();
  std::size_t sent = 0;
  std::string expected;
  for (; sent < 100 && j.client.socket->send_text("and " + std::to_string(sent)); ++sent)
    expected += "text:and " + std::to_string(sent) + ' ';
  while (j.client.socket->send_binary(as_bytes(std::string(100'000, 'x')))) expected += "binary:100000 ";
  j.w.lab.advance(5s);
  CHECK(j.server.told.empty());
  CHECK(j.client.socket->unsent_bytes() > 0);
  j.server.socket->on_text([&, first = true](std::string_view text) mutable {
    j.server.told += "text:" + std::string{text} + ' ';
    if (std::exchange(first, false)) j.server.socket->pause();
  });
  j.server.socket->resume();
  j.turn();
  j.w.lab.advance(1s);
  CHECK(j.server.told == "text:and 0 ");
  j.server.socket->resume();
  j.turn();
  REQUIRE(j.w.lab.run_until([&] { return j.server.told == expected; }));
}

TEST_CASE("of pings that cannot be answered yet the last one is",
          "[http3][websocket][cve_class_websocket_ping_flood]") {
  lab_options<urgent_stack> options;
  options.link.bottleneck.bits_per_second = 10'000'000;
  joined j{{}, options};
  j.open();
  // The server has more to say than leaves at once; meanwhile it is pinged again and again.
  for (int i = 0; i < 40; ++i) j.server.socket->send_binary(as_bytes(std::string(100'000, 'x')));
  j.turn();
  auto const waiting = j.server.socket->unsent_bytes();
  CHECK(waiting > 0);
  for (int i = 0; i < 1000; ++i) j.client.socket->ping(as_bytes(std::to_string(i)));
  REQUIRE(j.w.lab.run_until([&] { return j.client.told.find("pong:999 ") != std::string::npos; }, 60s));
  std::size_t pongs = 0;
  for (std::size_t at = 0; (at = j.client.told.find("pong", at)) != std::string::npos; ++at) ++pongs;
  CHECK(pongs < 1000);
}

TEST_CASE("a subprotocol and an origin are agreed on before anything is said", "[http3][websocket]") {
  ws::accept_settings accepting;
  accepting.protocols = {"b", "a"};
  joined j{std::move(accepting)};
  std::string agreed = "nothing";
  auto& asked =
      j.w.site->request("CONNECT", "/chat", [&](h3::client_response& response) { agreed = ws::protocol_of(response); });
  asked.protocol("websocket")
      .field("sec-websocket-version", "13")
      .field("sec-websocket-protocol", "z, a")
      .field("sec-websocket-protocol", "b");
  asked.start_content();
  REQUIRE(j.w.lab.run_until([&] { return agreed != "nothing"; }));
  CHECK(agreed == "b");

  joined plain;
  plain.open({.socket = {}, .protocols = {"a"}});
  CHECK(plain.client.socket != nullptr);

  ws::accept_settings picky;
  picky.may_ask = [](std::string_view origin) { return origin == "https://a.test"; };
  joined guarded{std::move(picky)};
  guarded.open();
  REQUIRE(guarded.refused);
  CHECK(guarded.refused->status == 403);
}

TEST_CASE("a handshake that is none is refused", "[http3][websocket][rfc9220]") {
  joined j;
  for (auto const& [version, status] : {std::pair{"8", 400U}, {"13", 200U}}) {
    answer got;
    j.w.site->request("CONNECT", "/chat", got.taker())
        .protocol("websocket")
        .field("sec-websocket-version", version)
        .start_content();
    REQUIRE(j.w.lab.run_until([&] { return got.status != 0; }));
    CHECK(got.status == status);
  }
  answer other;
  j.w.site->request("CONNECT", "/chat", other.taker()).protocol("webtransport").start_content();
  REQUIRE(j.w.lab.run_until([&] { return other.status != 0; }));
  CHECK(other.status == 501);

  struct {
    char const* name;
    char const* field;
    char const* value;
    unsigned status;
  } const answers[] = {{"a refusal", "x", "y", 404},
                       {"an extension", "sec-websocket-extensions", "permessage-deflate", 200},
                       {"another subprotocol", "sec-websocket-protocol", "other", 200}};
  for (auto const& one : answers) {
    CAPTURE(one.name);
    std::optional<h3::error_code> code;
    web w{[&](h3::request& request, h3::response& response) {
            request.on_failure([&](h3::error_code why) { code = why; });
            response.status(one.status).field(one.field, one.value).start_content();
          },
          {},
          with_sockets()};
    std::optional<h3::connect_refusal> refused;
    ws::open(*w.site, "/", {.socket = {}, .protocols = {"mine"}}, [&](ws::opened outcome) {
      if (!outcome) refused = outcome.error();
    });
    w.lab.advance(1s);
    REQUIRE(refused);
    CHECK(refused->status == one.status);
    CHECK(code == h3::error_code::request_cancelled);
  }
}

TEST_CASE("a client that breaks the rules of WebSockets hears its code and loses the stream",
          "[http3][websocket][bad_input]") {
  using enum ws::opcode;
  struct {
    char const* name;
    std::string said;
    bool ends;
    ws::close_code code;
  } const cases[] = {
      {"no mask", frame_of(text, "x", false), false, ws::close_code::protocol_error},
      {"not UTF-8", frame_of(text, "\xff", true), false, ws::close_code::invalid_payload},
      {"too large", frame_of(binary, std::string((1 << 20) + 1, 'x'), true), false, ws::close_code::too_big},
      {"an end without a close", frame_of(text, "x", true), true, ws::close_code::abnormal},
  };
  for (auto const& one : cases) {
    CAPTURE(one.name);
    joined j;
    answer got;
    auto& request = j.w.site->request("CONNECT", "/chat", got.taker());
    request.protocol("websocket").field("sec-websocket-version", "13").start_content();
    REQUIRE(j.w.lab.run_until([&] { return j.server.socket != nullptr; }));
    std::size_t written = request.write(one.said);
    request.on_writable([&] { written += request.write(std::string_view{one.said}.substr(written)); });
    if (one.ends) request.end();
    REQUIRE(j.w.lab.run_until([&] { return got.ended && (one.ends || j.server.code); }));
    if (one.ends) request.end();
    j.w.lab.advance(1s);
    CHECK(j.server.code == one.code);
    if (one.ends) continue;
    REQUIRE(got.content.size() >= 4);
    CHECK(got.content[0] == '\x88');
    auto const number = static_cast<unsigned>(static_cast<std::uint8_t>(got.content[2])) << 8 |
                        static_cast<std::uint8_t>(got.content[3]);
    CHECK(number == static_cast<unsigned>(one.code));
  }
}

TEST_CASE("who gives a WebSocket up is seen to have cancelled it", "[http3][websocket][rfc9220]") {
  joined j;
  j.open();
  j.client.socket->abort();
  j.turn();
  REQUIRE(j.w.lab.run_until([&] { return j.client.code && j.server.code; }));
  CHECK(j.server_failure == h3::error_code::request_cancelled);
  CHECK(j.server.code == ws::close_code::abnormal);

  joined gone;
  gone.open();
  gone.w.lab.client().close(0x100, "", gone.w.lab.now());
  gone.w.lab.settle(60s);
  CHECK(gone.client.code == ws::close_code::abnormal);
  CHECK(gone.server.code == ws::close_code::abnormal);
}
