// SPDX-License-Identifier: BSL-1.0
#include "server.hpp"

#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>

using quoin::testing::in_tested_version;

namespace {

struct short_stack : quoin::test_stack {
  using cid_format = quoin::random_cid<4>;
};

/// Of all IDs there are only 256, so that many are drawn twice.
struct narrow_cid {
  static constexpr std::size_t size = 4;
  [[nodiscard]] quoin::connection_id make(quoin::cid_randomness randomness) const noexcept {
    std::array<std::uint8_t, size> bytes{randomness[0], 1, 2, 3};
    return *quoin::connection_id::from(bytes);
  }
};

struct narrow_stack : quoin::test_stack {
  using cid_format = narrow_cid;
};

}  // namespace

TEST_CASE("a server whose IDs are short is reached after its Retry", "[endpoint][rfc9000]") {
  quoin::lab<short_stack> lab{{.client = in_tested_version(), .server = in_tested_version(), .require_retry = true}};
  CHECK(lab.establish());
}

TEST_CASE("an ID that is taken is drawn again", "[endpoint][rfc9000]") {
  quoin::lab<narrow_stack> lab{{.client = in_tested_version(), .server = in_tested_version()}};
  for (int i = 0; i < 20; ++i) lab.connect();
  REQUIRE(
      lab.run_until([&] { return lab.count(quoin::role::client, quoin::connection_event::kind::confirmed) == 20; }));
  lab.settle();
  for (auto* const each : {&lab.client_endpoint(), &lab.server_endpoint()}) {
    std::set<std::vector<std::uint8_t>> ids;
    std::size_t given = 0;
    each->for_each_connection([&](auto& connection) {
      connection.for_each_connection_id([&](quoin::connection_id const& id) {
        ++given;
        ids.insert({id.view().begin(), id.view().end()});
      });
    });
    CHECK(given > 100);
    CHECK(ids.size() == given);
  }
}

TEST_CASE("without a free ID a connection gets fewer and no doubtful ones", "[endpoint][rfc9000]") {
  quoin::lab<narrow_stack> lab{{.client = in_tested_version(), .server = in_tested_version()}};
  for (int i = 0; i < 50; ++i) lab.connect();
  lab.run_until([&] { return lab.count(quoin::role::client, quoin::connection_event::kind::confirmed) == 50; });
  lab.settle();
  std::set<std::vector<std::uint8_t>> ids;
  std::size_t given = 0;
  lab.server_endpoint().for_each_connection([&](auto& connection) {
    if (!connection.confirmed()) return;
    connection.for_each_connection_id([&](quoin::connection_id const& id) {
      ++given;
      ids.insert({id.view().begin(), id.view().end()});
    });
  });
  CHECK(given > 200);
  CHECK(ids.size() == given);
}
