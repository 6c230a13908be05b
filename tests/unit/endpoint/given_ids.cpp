// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("an ID that a connection had is given to no other under the same key, not even after a reset",
          "[endpoint][rfc9000]") {
  lab<test_stack> lab{{.client = testing::in_tested_version(), .server = testing::in_tested_version()}};
  // RFC 9000 10.3.2: whoever has seen the token of an ID could end the connection that has it next.
  std::map<std::vector<std::uint8_t>, int> owners;
  for (int connection = 0; connection < 100; ++connection) {
    CAPTURE(connection);
    REQUIRE(lab.establish());
    lab.settle();
    lab.server().for_each_connection_id([&](connection_id const& id) {
      auto const [at, fresh] = owners.try_emplace({id.view().begin(), id.view().end()}, connection);
      CHECK(at->second == connection);
    });
    if (connection % 10 == 9) {
      lab.restart_server();
      lab.client().ping();
      REQUIRE(lab.run_until([&] { return lab.client().closed() || lab.client().closing(); }));
      REQUIRE(lab.client().close_reason());
      CHECK(lab.client().close_reason()->origin == event::close_origin::stateless_reset);
    } else {
      lab.client().close(0, "", lab.now());
    }
    auto const nobody = [&] {
      return lab.client_endpoint().connection_count() + lab.server_endpoint().connection_count() == 0;
    };
    REQUIRE(lab.run_until(nobody));
  }
  CHECK(owners.size() > 400);
}
