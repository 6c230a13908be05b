// SPDX-License-Identifier: BSL-1.0
// What an endpoint keeps for connections to come, and of connections to come.
#include <quoin/endpoint/early_arrivals.hpp>
#include <quoin/endpoint/session_store.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

client_session session(std::string name, std::uint8_t number, std::string alpn = "hq") {
  client_session made;
  made.server_name = std::move(name);
  made.alpn = std::move(alpn);
  made.state = {number};
  return made;
}

auto const any = [](client_session const&) { return true; };

constexpr auto client = socket_address::v4(192, 0, 2, 1, 1111);
constexpr auto server = socket_address::v4(192, 0, 2, 2, 4433);

connection_id id_of(std::uint8_t number) {
  std::array<std::uint8_t, 8> const bytes{number, 1, 2, 3, 4, 5, 6, 7};
  return *connection_id::from(bytes);
}

arrival arriving(std::vector<std::uint8_t>& bytes, socket_address const& from = client) {
  return {{server, from}, bytes, bytes.size(), ecn::not_ect};
}

}  // namespace

TEST_CASE("the newest session comes first, and each comes once", "[endpoint][session]") {
  session_store store;
  store.keep(session("a", 1));
  store.keep(session("a", 2));
  store.keep(session("b", 3));
  CHECK(store.take("a", any)->state.front() == 2);
  CHECK(store.take("a", any)->state.front() == 1);
  CHECK_FALSE(store.take("a", any));
  CHECK(store.take("b", any)->state.front() == 3);
  CHECK_FALSE(store.take("c", any));
}

TEST_CASE("sessions are kept within caps, for each server and protocol", "[endpoint][session]") {
  session_store store;
  for (std::size_t i = 0; i < limits::stored_sessions + 1; ++i) store.keep(session("a", static_cast<std::uint8_t>(i)));
  store.keep(session("a", 99, "other"));
  std::size_t kept = 0;
  store.for_each([&](client_session const& each) {
    ++kept;
    CHECK(each.state.front() != 0);
  });
  CHECK(kept == limits::stored_sessions + 1);
  for (std::size_t i = 0; i < limits::session_servers; ++i) store.keep(session("server " + std::to_string(i), 1));
  CHECK_FALSE(store.take("a", any));
  CHECK(store.take("server 0", any));
}

TEST_CASE("a session that cannot be used is passed over and forgotten", "[endpoint][session]") {
  session_store store;
  store.keep(session("a", 1));
  store.keep(session("a", 2));
  CHECK(store.take("a", [](client_session const& s) { return s.state.front() == 1; })->state.front() == 1);
  CHECK_FALSE(store.take("a", any));
}

TEST_CASE("early packets wait for their Initial within caps", "[endpoint][rfc9000]") {
  early_arrivals waiting;
  std::vector<std::uint8_t> bytes(1200);
  instant const now{std::chrono::seconds{5}};
  auto const count = [&](connection_id const& id, instant at, socket_address const& from = client) {
    std::size_t released = 0;
    waiting.release(id, {server, from}, at, [&](arrival const& each) {
      ++released;
      CHECK(each.bytes.size() == 1200);
    });
    return released;
  };
  SECTION("packets of one client") {
    for (std::size_t i = 0; i < limits::early_packets; ++i) CHECK(waiting.hold(id_of(1), arriving(bytes), now));
    CHECK_FALSE(waiting.hold(id_of(1), arriving(bytes), now));
    CHECK(count(id_of(1), now) == limits::early_packets);
    CHECK(count(id_of(1), now) == 0);
    CHECK(waiting.clients() == 0);
  }
  SECTION("bytes of one client") {
    std::vector<std::uint8_t> large(limits::early_bytes);
    CHECK(waiting.hold(id_of(1), arriving(large), now));
    CHECK_FALSE(waiting.hold(id_of(1), arriving(bytes), now));
  }
  SECTION("clients") {
    for (std::uint8_t i = 0; i < limits::early_clients; ++i) CHECK(waiting.hold(id_of(i), arriving(bytes), now));
    CHECK_FALSE(waiting.hold(id_of(200), arriving(bytes), now));
    // A moment later the oldest are forgotten.
    CHECK(waiting.hold(id_of(200), arriving(bytes), now + limits::early_wait + std::chrono::milliseconds{1}));
    CHECK(waiting.clients() == 1);
  }
  SECTION("time") {
    CHECK(waiting.hold(id_of(1), arriving(bytes), now));
    CHECK(waiting.hold(id_of(2), arriving(bytes), now));
    CHECK(count(id_of(1), now + limits::early_wait) == 1);
    CHECK(count(id_of(2), now + limits::early_wait + std::chrono::milliseconds{1}) == 0);
  }
  SECTION("from another address they are somebody else's") {
    CHECK(waiting.hold(id_of(1), arriving(bytes), now));
    CHECK(count(id_of(1), now, socket_address::v4(192, 0, 2, 9, 1111)) == 0);
  }
}
