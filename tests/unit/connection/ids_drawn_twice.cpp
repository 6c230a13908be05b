// SPDX-License-Identifier: BSL-1.0
// With few random bytes a connection ID may be drawn again that the connection has.
#include "pair.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

namespace {

/// The first two connection IDs are the same.
struct entropy_of_twins {
  seeded_entropy rest{3};
  unsigned ids = 0;

  void fill(byte_span room) noexcept {
    if (room.size() != connection_id::max_size || ids == 2) return rest.fill(room);
    ++ids;
    std::fill(room.begin(), room.end(), std::uint8_t{7});
  }
  entropy_of_twins fork() { return {rest.fork(), ids}; }
};

struct stack_of_twins : test_stack {
  using entropy = entropy_of_twins;
};

}  // namespace

TEST_CASE("a preferred address whose connection ID is the handshake's is not offered", "[connection][rfc9000]") {
  connection_start<stack_of_twins> start;
  start.self = role::server;
  start.path = {server_address, client_address};
  start.version = version::v1;
  start.crypto = handshake_config();
  start.first_destination = start.original_destination = *connection_id::from(std::array<std::uint8_t, 8>{1});
  start.peer_source = *connection_id::from(std::array<std::uint8_t, 8>{2});
  start.preferred.v4 = socket_address::v4(192, 0, 2, 3, 4433);
  start.report_connection_ids = true;
  connection<stack_of_twins> server{std::move(start), instant{}, entropy_of_twins{}};
  CHECK_FALSE(server.closing());
  std::size_t ids = 0;
  server.for_each_connection_id([&](connection_id const&) { ++ids; });
  CHECK(ids == 1);
}
