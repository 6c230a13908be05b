// SPDX-License-Identifier: BSL-1.0
// What an application does while it is being told of something: neither what it was shown nor what its endpoint was
// going through goes away under anybody's hands. What is freed here is spoiled at once (live_heap.cpp).
#include "web.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <optional>
#include <vector>

using namespace http3_test;
using namespace std::chrono_literals;

namespace {

using simple_connection = connection<test_stack>;
constexpr auto uni = stream_direction::unidirectional;

/// Two endpoints joined by memory, with a handler each.
struct two_endpoints {
  using end = endpoint<test_stack>;

  two_endpoints()
      : client(config(role::client), manual_clock{now}, seeded_entropy{1}),
        server(config(role::server), manual_clock{now}, seeded_entropy{2}) {}

  end::config config(role side) {
    end::config made;
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    made.crypto = crypto;
    made.io.bind = side == role::client ? socket_address::v4(192, 0, 2, 1, 1111) : server_address;
    made.io.link = link;
    made.accept = side == role::server;
    made.extensions.datagram.max_frame_size = 1'000;
    return made;
  }

  template <class ClientHandler, class ServerHandler>
  void serve(ClientHandler& at_client, ServerHandler& at_server) {
    client.clock().set(now);
    client.service(at_client);
    server.clock().set(now);
    server.service(at_server);
    now += 1ms;
  }

  static constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);
  instant now{100s};
  std::shared_ptr<memory_link> link = std::make_shared<memory_link>();
  end client;
  end server;
};

/// Starts another connection each time that one is connected, until there are enough.
struct multiplying {
  two_endpoints& on;
  std::size_t enough;
  std::size_t started = 0;
  std::map<simple_connection*, int> connected{};

  void start() {
    ++started;
    on.client.connect(two_endpoints::server_address, "server.test");
  }
  void on_event(simple_connection& from, connection_event const& event) {
    if (event.what != connection_event::kind::connected) return;
    ++connected[&from];
    for (int i = 0; i < 2 && started < enough; ++i) start();
  }
};

struct indifferent {
  void on_event(simple_connection&, connection_event const&) {}
};

/// Looks at what it is shown once more when it has closed the connection.
struct closing_sink {
  static constexpr bool takes_stream_data = true;
  two_endpoints& on;
  std::size_t shown = 0;
  std::size_t intact = 0;

  void on_event(simple_connection&, connection_event const&) {}
  std::size_t on_stream_data(simple_connection& from, stream_id, byte_view bytes, bool) {
    look(from, bytes);
    return bytes.size();
  }
  void on_datagram(simple_connection& from, byte_view bytes) { look(from, bytes); }

  void look(simple_connection& from, byte_view bytes) {
    ++shown;
    std::vector<std::uint8_t> const before(bytes.begin(), bytes.end());
    from.close(9, "while it is being read", on.now);
    intact += std::equal(before.begin(), before.end(), bytes.begin(), bytes.end()) ? 1 : 0;
  }
};

/// A client that says something on several streams and in datagrams at once, to a server that closes at the first word.
template <class Say>
void check_closed_in_use(Say say) {
  two_endpoints on;
  indifferent at_client;
  closing_sink at_server{on};
  auto& speaking = on.client.connect(two_endpoints::server_address, "server.test");
  for (int i = 0; i < 20; ++i) on.serve(at_client, at_server);
  REQUIRE(speaking.confirmed());
  say(speaking);
  on.client.touch(speaking);
  for (int i = 0; i < 20; ++i) on.serve(at_client, at_server);
  // What else was in the first packet is shown, and no other packet.
  CHECK(at_server.shown >= 1);
  CHECK(at_server.shown <= 2);
  CHECK(at_server.intact == at_server.shown);
  CHECK(speaking.closing());
}

}  // namespace

TEST_CASE("a handler may start connections while the endpoint goes through those that it has",
          "[bad_input][endpoint][cve_class_lifetime_of_a_loop]") {
  for (std::size_t const first : {1U, 2U, 3U, 5U, 8U, 13U}) {
    CAPTURE(first);
    two_endpoints on;
    multiplying at_client{on, 150};
    indifferent at_server;
    for (std::size_t i = 0; i < first; ++i) at_client.start();
    for (int turn = 0; turn < 100; ++turn) on.serve(at_client, at_server);
    // Each of them was served, and was told once.
    CHECK(at_client.connected.size() == 150);
    for (auto const& [which, times] : at_client.connected) CHECK(times == 1);
    CHECK(on.client.connection_count() == 150);
    CHECK(on.server.connection_count() == 150);
  }
}

TEST_CASE("a handler may close the connection whose bytes it is shown",
          "[bad_input][endpoint][cve_class_lifetime_of_a_view]") {
  std::vector<std::uint8_t> const words(700, 'w');
  check_closed_in_use([&](simple_connection& from) {
    for (int i = 0; i < 8; ++i) {
      auto const id = from.open(uni);
      REQUIRE(id);
      REQUIRE(from.write(*id, words));
      REQUIRE(from.finish(*id));
    }
  });
  check_closed_in_use([&](simple_connection& from) {
    for (int i = 0; i < 8; ++i) REQUIRE(from.extension<datagram>().send(words));
  });
}

TEST_CASE("an application may close its connection while it takes content, and go on with another",
          "[bad_input][http3][cve_class_lifetime_of_a_view]") {
  std::string const long_text(200'000, 'x');
  web w{[&](h3::request const&, h3::response& response) { response.end(long_text); }};
  std::size_t shown = 0;
  std::size_t intact = 0;
  std::optional<h3::error_code> failure;
  std::vector<answer> later(20);
  w.site->get("/", [&](h3::client_response& response) {
    response.on_failure([&](h3::error_code code) { failure = code; });
    response.on_content([&](byte_view bytes) {
      ++shown;
      std::string const before{as_text(bytes)};
      w.lab.client().close(0x100, "while it is being read", w.lab.now());
      intact += as_text(bytes) == before ? 1 : 0;
    });
  });
  bool begun = false;
  w.site->on_closed([&] {
    begun = true;
    for (auto& one : later) w.agent.adopt(w.lab.connect("a.test"), "a.test").get("/", one.taker());
  });
  REQUIRE(w.lab.run_until([&] { return begun; }));
  REQUIRE(w.lab.run_until(
      [&] { return std::all_of(later.begin(), later.end(), [](auto const& one) { return one.ended; }); }));
  CHECK(shown >= 1);
  CHECK(intact == shown);
  CHECK(failure.has_value());
  for (auto const& one : later) CHECK(one.content == long_text);
}
