// SPDX-License-Identifier: BSL-1.0
// Datagrams at a server's endpoint, from a few addresses: raw ones, headers of every kind, honest first flights, and
// time that passes. Answers to strangers are bounded, and what they leave behind ends.
#include "../bad_input/frame_bytes.hpp"
#include "require.hpp"
#include "script.hpp"

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

namespace {

using namespace quoin;
using namespace quoin::testing;
using fuzz::require;

struct silent {
  void on_event(connection<test_stack>&, connection_event const&) {}
};

constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

endpoint_config<test_stack> settings(std::uint8_t how) {
  endpoint_config<test_stack> made;
  made.io.bind = server_address;
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"fuzz"};
  made.crypto = crypto;
  made.accept = true;
  made.require_retry = (how & 1) != 0;
  made.max_connections = (how & 2) != 0 ? 2 : 100;
  made.max_unvalidated = (how & 4) != 0 ? 2 : 100;
  made.secret.fill(7);
  return made;
}

/// A client's first datagram; the fuzzer chooses what is wrong with it.
bytes initial(fuzz::script& input) {
  connection_start<test_stack> start;
  start.path = {socket_address::v4(192, 0, 2, 1, 1), server_address};
  auto crypto = std::make_shared<null_handshake::config>();
  crypto->alpn = {"fuzz"};
  start.crypto = crypto;
  auto const token = input.take(input.byte() % 120);
  start.token = {token.begin(), token.end()};
  connection<test_stack> client{std::move(start), instant{std::chrono::seconds{100}},
                                seeded_entropy{input.byte() + 1U}};
  bytes room(65536);
  auto const out = client.transmit(room, instant{std::chrono::seconds{100}});
  room.resize(out ? out->bytes.size() : 0);
  return room;
}

bytes some_datagram(fuzz::script& input) {
  switch (input.byte() % 4) {
    case 0: return initial(input);
    case 1: {
      auto const v = std::array<std::uint32_t, 4>{1, 0x6b3343cf, 0, 0x1a2a3a4a}[input.byte() % 4];
      auto const body = input.take(input.byte());
      return bytes{static_cast<std::uint8_t>(0xc0U | (input.byte() & 0x3fU)),
                   static_cast<std::uint8_t>(v >> 24),
                   static_cast<std::uint8_t>(v >> 16 & 0xffU),
                   static_cast<std::uint8_t>(v >> 8 & 0xffU),
                   static_cast<std::uint8_t>(v & 0xffU),
                   8} +
             repeated(8, input.byte()) + bytes{8} + repeated(8, 2) + bytes{body.begin(), body.end()} +
             repeated(input.number() % 1300);
    }
    case 2: return bytes{0x41} + repeated(8, input.byte()) + repeated(input.number() % 1300, 3);
    default: {
      auto const raw = input.take(input.byte());
      return {raw.begin(), raw.end()};
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  endpoint<test_stack> server{settings(input.byte()), manual_clock{instant{std::chrono::seconds{100}}},
                              seeded_entropy{5}};
  silent nobody;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  for (int steps = 0; steps < 300 && !input.empty(); ++steps) {
    auto const what = input.byte();
    if (what % 8 == 0) {
      server.clock().advance(std::chrono::milliseconds{input.number()});
    } else {
      auto datagram = some_datagram(input);
      auto const change = input.number();
      if (!datagram.empty() && (change & 0x8000U) != 0) datagram[change % datagram.size()] ^= input.byte();
      received += datagram.size();
      require(server.io().deliver({server_address, socket_address::v4(10, 0, 0, what % 3, 99)}, datagram),
              "the inbox has room");
    }
    server.service(nobody);
    for (auto const& out : server.io().take_sent()) sent += out.bytes.size();
    // Nobody here can answer, so nobody's address is ever proven.
    require(sent <= 3 * received, "no more than three times what came is sent to strangers");
    require(server.connection_count() <= 100, "strangers stay within their number");
  }
  for (int i = 0; i < 400 && server.connection_count() > 0; ++i) {
    server.clock().advance(std::chrono::seconds{1});
    server.service(nobody);
    server.io().take_sent();
  }
  require(server.connection_count() == 0, "handshakes that nobody goes on with end");
  return 0;
}
