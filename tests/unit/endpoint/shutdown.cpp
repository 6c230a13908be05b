// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;

namespace {

/// Carries what the server has to say and what the client answers, once.
void talk(server& server, connection_type& client) {
  for (auto& one : server.serve()) deliver(client, one, server.now);
  server.settle(client);
}

}  // namespace

TEST_CASE("a server that shuts down refuses strangers and lets its guests finish", "[endpoint][rfc9000]") {
  server server;
  auto const guest = server.client(1);
  server.settle(*guest);
  REQUIRE(guest->confirmed());
  server.endpoint.shutdown(10s, 3, "closing time");
  CHECK_FALSE(server.endpoint.is_shut_down());

  auto const late = server.client(2);
  auto refusal = server.answer(collect(*late, server.now).at(0), late->path().local);
  REQUIRE(refusal.size() == 1);
  deliver(*late, refusal[0], server.now);
  REQUIRE(late->close_reason());
  CHECK(late->close_reason()->code == static_cast<std::uint64_t>(error_code::connection_refused));
  CHECK(late->close_reason()->reason == "the server is shutting down");

  // The guest goes on as if nothing were, and leaves when it likes.
  server.now += 5s;
  auto const id = guest->open(stream_direction::bidirectional);
  REQUIRE(id);
  std::array<std::uint8_t, 5> const words{1, 2, 3, 4, 5};
  REQUIRE(guest->write(*id, words));
  server.settle(*guest);
  CHECK_FALSE(guest->closing());
  guest->close(0, "thanks", server.now);
  server.settle(*guest);
  server.now += 5s;
  server.serve();
  CHECK(server.endpoint.connection_count() == 0);
  CHECK(server.endpoint.is_shut_down());
}

TEST_CASE("who is still there when the time is up is told to go", "[endpoint][rfc9000]") {
  server server;
  auto const guest = server.client(1);
  server.settle(*guest);
  REQUIRE(guest->confirmed());
  server.endpoint.shutdown(10s, 3, "closing time");
  CHECK(server.endpoint.deadline() <= server.now + 10s);
  server.now += 10s;
  talk(server, *guest);
  REQUIRE(guest->close_reason());
  CHECK(guest->close_reason()->application);
  CHECK(guest->close_reason()->code == 3);
  CHECK(guest->close_reason()->reason == "closing time");
  CHECK_FALSE(server.endpoint.is_shut_down());
  // RFC 9000 10.2: the end lasts three probe timeouts.
  server.now += 5s;
  server.serve();
  CHECK(server.endpoint.is_shut_down());
  server.endpoint.run(server.handler);  // has nothing to do any more
}

TEST_CASE("a shutdown can be hastened, and one without grace is at once", "[endpoint]") {
  server server;
  auto const guest = server.client(1);
  server.settle(*guest);
  server.endpoint.shutdown(10s, 3, "closing time");
  server.endpoint.shutdown(20s, 4, "later");
  talk(server, *guest);
  CHECK_FALSE(guest->closing());
  server.endpoint.shutdown(0s, 5, "now");
  talk(server, *guest);
  REQUIRE(guest->close_reason());
  CHECK(guest->close_reason()->code == 5);

  testing::server empty;
  CHECK_FALSE(empty.endpoint.is_shut_down());
  empty.endpoint.shutdown(10s);
  CHECK(empty.endpoint.is_shut_down());
}
