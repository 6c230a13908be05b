// SPDX-License-Identifier: BSL-1.0
// A connection of the test stack says hello: no crypto library, no socket, no clock.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

#ifdef QUOIN_HAS_BOTAN
#error "this program must not see Botan"
#endif

#include <cstdio>

int main() {
  auto credentials = std::make_shared<quoin::null_handshake::config>();
  credentials->alpn = {"hello"};
  quoin::connection_start<quoin::test_stack> start;
  start.crypto = credentials;
  start.server_name = "server.test";
  start.path = {quoin::socket_address::v4(192, 0, 2, 1, 1111), quoin::socket_address::v4(192, 0, 2, 2, 4433)};

  quoin::instant const now{std::chrono::seconds{1}};
  quoin::connection<quoin::test_stack> client{start, now};
  std::vector<std::uint8_t> room(65536);
  auto const first = client.transmit(room, now);
  std::puts(first && first->bytes.size() >= 1200 ? "the first datagram is ready" : "no first datagram");
  return first && first->bytes.size() >= 1200 ? 0 : 1;
}
