// SPDX-License-Identifier: BSL-1.0
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

#include <catch2/catch_test_macros.hpp>

#include <new>

using namespace quoin;

namespace {

/// There is memory for so many packet keys.
int keys_left = 1'000'000;

struct scarce_key : null_packet_key {
  scarce_key(cipher_suite suite, byte_view key, byte_view iv) : null_packet_key(suite, key, iv) {
    if (keys_left-- <= 0) throw std::bad_alloc{};
  }
};

struct scarce_stack : test_stack {
  struct crypto {
    struct protection : null_protection {
      using packet_key = scarce_key;
    };
    using handshake = null_handshake;
  };
};

using connection_type = connection<scarce_stack>;

/// Both ends of a connection, joined by hand.
struct pair {
  pair() {
    auto config = std::make_shared<null_handshake::config>();
    config->alpn = {"test"};
    connection_start<scarce_stack> start;
    start.crypto = config;
    start.server_name = "server.test";
    client = std::make_unique<connection_type>(start, now, seeded_entropy{1});
    auto const first = carry(*client, nullptr);
    auto const header = wire::read_long_header(first);
    start.self = role::server;
    start.original_destination = start.first_destination = header->destination;
    start.peer_source = header->source;
    server = std::make_unique<connection_type>(start, now, seeded_entropy{2});
    auto again = first;
    server->receive({{}, again, 0, ecn::not_ect}, now);
    settle();
  }

  /// The last datagram of `from`, and all of them to `to`.
  std::vector<std::uint8_t> carry(connection_type& from, connection_type* to) {
    std::vector<std::uint8_t> room(65536);
    std::vector<std::uint8_t> last;
    while (auto const out = from.transmit(room, now)) {
      last.assign(out->bytes.begin(), out->bytes.end());
      if (to != nullptr) to->receive({{}, last, out->segment_size, ecn::not_ect}, now);
    }
    return last;
  }
  void settle() {
    for (int i = 0; i < 5; ++i) {
      carry(*client, server.get());
      carry(*server, client.get());
      now += std::chrono::milliseconds{30};
      client->expire(now);
      server->expire(now);
    }
  }

  instant now{std::chrono::seconds{100}};
  std::unique_ptr<connection_type> client;
  std::unique_ptr<connection_type> server;
};

std::uint64_t number_of(error_code code) {
  return static_cast<std::uint64_t>(code);
}

}  // namespace

TEST_CASE("a connection without memory for its next keys says so and ends", "[connection][rfc9001]") {
  keys_left = 1'000'000;
  pair joined;
  REQUIRE(joined.client->confirmed());
  REQUIRE(joined.server->confirmed());

  SECTION("where it changes them itself") {
    keys_left = 0;
    CHECK_FALSE(joined.client->update_keys(joined.now));
    REQUIRE(joined.client->close_reason());
    CHECK(joined.client->close_reason()->code == number_of(error_code::internal_error));
    keys_left = 1'000'000;
    joined.settle();
    REQUIRE(joined.server->close_reason());
    CHECK(joined.server->close_reason()->code == number_of(error_code::internal_error));
  }
  SECTION("where it follows its peer") {
    REQUIRE(joined.client->update_keys(joined.now));
    joined.client->ping();
    joined.carry(*joined.client, joined.server.get());
    keys_left = 0;
    joined.server->expire(joined.now);
    REQUIRE(joined.server->close_reason());
    CHECK(joined.server->close_reason()->code == number_of(error_code::internal_error));
    keys_left = 1'000'000;
    joined.settle();
    REQUIRE(joined.client->close_reason());
    CHECK(joined.client->close_reason()->code == number_of(error_code::internal_error));
  }
}
