// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace quoin::testing;

TEST_CASE("a client takes nothing from another address than its server's during the handshake", "[endpoint][rfc9000]") {
  server server;
  endpoint_config<test_stack> settings;
  settings.io.bind = client_address;
  settings.crypto = handshake_config();
  settings.transport = in_tested_version();
  quoin::endpoint<test_stack> client{settings, manual_clock{server.now}, seeded_entropy{9}};
  auto& attempt = client.connect(server_address, "server.test");
  told handler;
  client.service(handler);
  auto const sent = client.io().take_sent();
  REQUIRE(sent.size() == 1);
  auto const answers = server.answer({{sent[0].bytes.begin(), sent[0].bytes.end()}, ecn::not_ect}, client_address);
  REQUIRE_FALSE(answers.empty());

  auto elsewhere = server_address;
  ++elsewhere.port;
  for (auto const& from : {elsewhere, socket_address::v4(192, 0, 2, 99, server_address.port)}) {
    for (auto const& one : answers) client.io().deliver({client_address, from}, one.bytes);
    client.service(handler);
    CHECK_FALSE(attempt.heard_from_peer());
    CHECK(attempt.statistics().packets_received == 0);
    CHECK(client.io().take_sent().empty());
  }
  for (auto const& one : answers) client.io().deliver({client_address, server_address}, one.bytes);
  client.service(handler);
  CHECK(attempt.connected());
}
