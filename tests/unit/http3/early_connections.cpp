// SPDX-License-Identifier: BSL-1.0
// Requests in early data over connections of the test stack in virtual time (RFC 9114 7.2.4.2, RFC 8470).
#include "byte_transport.hpp"

#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/service.hpp>
#include <quoin/http3/webtransport/handshake.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>

namespace {

using namespace quoin;
namespace h3 = quoin::http3;
namespace webtransport = quoin::http3::webtransport;
using namespace std::chrono_literals;

using plain_lab = lab<test_stack>;
using plain_connection = plain_lab::connection_type;

/// A client that has been here before: the first connection has left it sessions.
struct returning {
  explicit returning(h3::early_requests policy = h3::early_requests::safe, std::uint32_t sessions = 0)
      : lab(options(policy, sessions)) {
    settings.early = policy;
    h3::session_settings clients;
    clients.webtransport.sessions = sessions;
    agent.emplace(around(lab.client_endpoint(), clients));
    serve();
    lab.on_event([this](role side, plain_connection& from, connection_event const& event) {
      if (side == role::server)
        service->on_event(from, event);
      else
        agent->on_event(from, event);
    });
    auto& first = lab.connect("a.test");
    agent->adopt(first, "a.test");
    lab.advance(1s);
    first.close(0x100, "", lab.now());
    lab.advance(10s);
  }

  lab_options<test_stack> options(h3::early_requests policy, std::uint32_t sessions) {
    settings.webtransport.sessions = sessions;
    lab_options<test_stack> made;
    made.server_takes_early_data = policy != h3::early_requests::wait;
    made.adjust_endpoint = [this](role side, lab_options<test_stack>::endpoint_settings& to) {
      auto config = std::make_shared<test_stack::crypto::handshake::config>();
      config->alpn.emplace_back("h3");
      if (side == role::server)
        config->sessions = make_null_sessions({.tickets = 2,
                                               .secrets = {session_secret{7}},
                                               .early_data = true,
                                               .context = h3::early_data_context(settings, true)});
      to.crypto = config;
    };
    return made;
  }

  /// A server, another one after a restart, with the settings as they are.
  void serve() {
    service.emplace([this](h3::request& request, h3::response& response) { answer(request, response); },
                    around(lab.server_endpoint(), settings));
  }
  void restart() {
    service.reset();
    lab.restart_server();
    serve();
  }

  h3::surroundings<plain_connection> around(plain_lab::endpoint_type& endpoint, h3::session_settings const& chosen) {
    h3::surroundings<plain_connection> made;
    made.now = [this] { return lab.now(); };
    made.wake = [&endpoint](plain_connection& used) { endpoint.touch(used); };
    made.settings = chosen;
    made.key = {1, 2};
    return made;
  }

  /// Comes again, offering early data.
  h3::origin& come_again() {
    auto& started = lab.client_endpoint().connect(plain_lab::server_address(), "a.test", {.early_data = true});
    return agent->adopt(started, "a.test");
  }

  void answer(h3::request& request, h3::response& response) {
    seen += std::string{request.method()} + (request.early() ? " early" : "") + "; ";
    if (webtransport::accept(request, response) != nullptr) return;
    if (picky && request.early()) return response.status(425).end();
    response.end("to " + std::string{request.method()});
  }

  h3::session_settings settings;
  std::string seen;
  bool picky = false;
  plain_lab lab;
  std::optional<h3::service<plain_connection>> service;
  std::optional<h3::agent<plain_connection>> agent;
};

struct early_answer {
  unsigned status = 0;
  int calls = 0;
  std::string content;
  bool ended = false;
  auto taker() {
    return [this](h3::client_response& response) {
      ++calls;
      status = response.status();
      response.on_content([this](byte_view bytes) { content += as_text(bytes); });
      response.on_end([this] { ended = true; });
    };
  }
};

/// Asks for a page, in early data where that may be, and for a session on the same connection.
struct page_and_session {
  early_answer got;
  webtransport::session* session = nullptr;

  webtransport::session* ask(returning& w) {
    auto& early = w.come_again();
    early.get("/", got.taker());
    webtransport::open(early, "/", {}, [this](webtransport::opened outcome) { session = outcome.value_or(nullptr); });
    w.lab.serve();
    REQUIRE(w.lab.run_until([&] { return session != nullptr && got.ended; }));
    return session;
  }
};

/// A client that is only QUIC, and says in early data what quoin's own would keep for later.
struct hasty_client {
  explicit hasty_client(returning& in)
      : w(in),
        connection(in.lab.client_endpoint().connect(plain_lab::server_address(), "a.test", {.early_data = true})) {
    using http3_test::operator+;
    say(stream_direction::unidirectional, http3_test::bytes{0} + http3_test::frame(4, {}));
  }

  stream_id say(stream_direction direction, http3_test::bytes const& said) {
    auto early = connection.early();
    auto const id = early.open(direction);
    REQUIRE(id);
    auto const taken = early.write(*id, replay_safe{byte_view{said}});
    REQUIRE(taken);
    REQUIRE(*taken == said.size());
    if (direction == stream_direction::bidirectional) REQUIRE(early.finish(*id));
    w.lab.client_endpoint().touch(connection);
    return *id;
  }

  stream_id ask(std::string const& method) {
    http3_test::bytes said =
        http3_test::headers({{":method", method}, {":scheme", "https"}, {":authority", "a.test"}, {":path", "/"}});
    using http3_test::operator+;
    if (method != "GET") said = said + http3_test::content("once is enough");
    return say(stream_direction::bidirectional, said);
  }

  /// The status that comes on a stream in the end.
  std::string status_on(stream_id id) {
    http3_test::bytes all;
    bool ended = false;
    REQUIRE(w.lab.run_until([&] {
      std::array<std::uint8_t, 256> room;
      auto const got = connection.read(id, room, w.lab.now());
      if (got) all.insert(all.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got->size));
      ended = ended || (got && got->fin);
      return ended;
    }));
    byte_reader reader{all};
    REQUIRE(reader.varint() == 1);  // HEADERS
    auto const section = reader.varint_prefixed_bytes();
    REQUIRE(section);
    std::string found;
    qpack::decoder decoder{{.max_table_capacity = 0}};
    auto const outcome = decoder.decode(0, *section, [&](h3::field const& f) {
      if (f.name == ":status") found = f.value;
    });
    REQUIRE(outcome);
    return found;
  }

  returning& w;
  plain_connection& connection;
};

}  // namespace

TEST_CASE("a server answers what is not safe and comes in early data with 425 and asks nobody",
          "[http3][api][rfc8470]") {
  for (auto const* const method : {"POST", "PUT", "DELETE", "PATCH"}) {
    CAPTURE(method);
    returning w;
    hasty_client hasty{w};
    auto const unsafe = hasty.ask(method);
    auto const safe = hasty.ask("GET");
    CHECK(hasty.status_on(unsafe) == "425");
    CHECK(hasty.status_on(safe) == "200");
    CHECK(hasty.connection.early_data() == early_data_status::accepted);
    CHECK(w.seen == "GET early; ");
    // Once the handshake is complete, the same is as good as any.
    REQUIRE(w.lab.run_until([&] { return hasty.connection.confirmed(); }));
    CHECK(hasty.status_on(hasty.ask(method)) == "200");
    CHECK(w.seen == "GET early; " + std::string{method} + "; ");
    w.lab.advance(1s);
    CHECK(w.service->exchanges() == 0);
  }
}

TEST_CASE("a server that waits keeps what is not safe until the handshake is complete", "[http3][api][rfc8470]") {
  returning w{h3::early_requests::wait};
  hasty_client hasty{w};
  CHECK(hasty.status_on(hasty.ask("POST")) == "200");
  CHECK(hasty.connection.early_data() == early_data_status::accepted);
  CHECK(w.seen == "POST; ");
}

TEST_CASE("a safe request is answered before the handshake is complete at its server", "[http3][api][rfc8470]") {
  returning w;
  early_answer got;
  w.come_again().get("/", got.taker());
  w.lab.serve();
  REQUIRE(w.lab.run_until([&] { return !w.seen.empty(); }));
  CHECK(w.seen == "GET early; ");
  CHECK_FALSE(w.lab.server().connected());
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(w.lab.client().early_data() == early_data_status::accepted);
  CHECK(got.content == "to GET");
}

TEST_CASE("a request that is not safe waits for the handshake", "[http3][api][rfc8470]") {
  returning w;
  early_answer safe;
  early_answer unsafe;
  auto& site = w.come_again();
  site.request("POST", "/", unsafe.taker()).end("content");
  site.get("/", safe.taker());
  w.lab.serve();
  REQUIRE(w.lab.run_until([&] { return safe.ended && unsafe.ended; }));
  CHECK(w.seen == "GET early; POST; ");
  CHECK(unsafe.content == "to POST");
}

TEST_CASE("who is too early asks again by itself", "[http3][api][rfc8470]") {
  returning w;
  w.picky = true;
  early_answer got;
  w.come_again().request("GET", "/", got.taker()).field("x", "y").end();
  w.lab.serve();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(w.seen == "GET early; GET; ");
  CHECK(got.calls == 1);
  CHECK(got.status == 200);
  CHECK(got.content == "to GET");
  w.lab.advance(1s);
  CHECK(w.agent->pending() == 0);
  CHECK(w.service->exchanges() == 0);
}

TEST_CASE("a server that waits sees early requests when the handshake is complete", "[http3][api][rfc8470]") {
  returning w{h3::early_requests::wait};
  early_answer got;
  w.come_again().get("/", got.taker());
  w.lab.serve();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(w.lab.client().early_data() == early_data_status::accepted);
  CHECK(w.seen == "GET; ");
}

TEST_CASE("settings that are not what they were get early data rejected, and it is said again",
          "[http3][api][rfc9114]") {
  returning w;
  w.settings.max_field_section_size = 1024;
  w.restart();
  early_answer got;
  w.come_again().get("/", got.taker());
  w.lab.serve();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(w.lab.client().early_data() == early_data_status::rejected);
  CHECK(w.seen == "GET; ");
  CHECK(got.calls == 1);
  CHECK(got.content == "to GET");
  CHECK_FALSE(w.lab.client().closing());
}

TEST_CASE("what a gateway says of a request counts", "[http3][api][rfc8470]") {
  returning w;
  early_answer got;
  w.agent->adopt(w.lab.connect("b.test"), "b.test").request("GET", "/", got.taker()).field("early-data", "1").end();
  REQUIRE(w.lab.run_until([&] { return got.ended; }));
  CHECK(w.seen == "GET early; ");
}

TEST_CASE("a session of WebTransport follows early data on its connection", "[http3][webtransport]") {
  returning w{h3::early_requests::safe, 2};
  page_and_session both;
  auto* const session = both.ask(w);
  CHECK(w.lab.client().early_data() == early_data_status::accepted);
  CHECK(w.seen == "GET early; CONNECT; ");  // which is not safe, so that it waits for the handshake
  CHECK(session->send_datagram("a word"));
  CHECK(session->open_bidirectional() != nullptr);
}

TEST_CASE("a server that limits sessions more than last time takes no early data", "[http3][webtransport]") {
  returning w{h3::early_requests::safe, 2};
  w.settings.webtransport.session_bidi_streams = 7;
  w.restart();
  page_and_session both;
  auto* const session = both.ask(w);
  CHECK(w.lab.client().early_data() == early_data_status::rejected);
  std::size_t opened = 0;
  while (session->open_bidirectional() != nullptr) ++opened;
  CHECK(opened == 7);  // as the server says now
}
