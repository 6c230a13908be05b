// SPDX-License-Identifier: BSL-1.0
#include <quoin/path/path_table.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

constexpr auto server = socket_address::v4(10, 0, 0, 2, 443);
constexpr network_path from_port(std::uint16_t port) {
  return {server, socket_address::v4(10, 0, 0, 1, port)};
}

}  // namespace

TEST_CASE("a path is found by its addresses and by its name", "[path]") {
  path_table table{from_port(1)};
  auto const second = table.open(from_port(2)).id;
  CHECK(second != table.active().id);
  CHECK(table.find(from_port(1)) == &table.active());
  REQUIRE(table.find(from_port(2)) != nullptr);
  CHECK(table.find(from_port(2))->id == second);
  CHECK(table.find(from_port(3)) == nullptr);
  table.use(second);
  CHECK(table.active().id == second);
  CHECK(table.find(path_id{0})->addresses == from_port(1));
  table.close(0);
  CHECK(table.find(path_id{0}) == nullptr);
  CHECK(table.find(from_port(1)) == nullptr);
  CHECK(table.size() == 1);
}

TEST_CASE("a socket for every address of the machine is known by its port", "[path]") {
  path_table table{{socket_address::v4(0, 0, 0, 0, 443), from_port(1).remote}};
  CHECK(table.find(from_port(1)) == &table.active());
  auto other = from_port(1);
  other.local.port = 444;
  CHECK(table.find(other) == nullptr);
}

TEST_CASE("the oldest path that is not validated gives way first", "[path][limits]") {
  path_table table{from_port(1)};
  table.active().validated = true;
  auto const a = table.open(from_port(2)).id;
  auto const b = table.open(from_port(3)).id;
  auto const c = table.open(from_port(4)).id;
  CHECK(table.full());
  CHECK(table.size() == limits::paths);
  CHECK(table.expendable() == a);
  table.find(a)->validated = true;
  CHECK(table.expendable() == b);
  table.find(b)->validated = table.find(c)->validated = true;
  CHECK(table.expendable() == a);
}

TEST_CASE("what a failed validation would fall back to stays and is shown", "[path][rfc9000]") {
  path_table table{from_port(1)};
  table.active().validated = true;
  auto const fresh = table.open(from_port(2)).id;
  table.use(fresh);
  CHECK(table.trusted() == from_port(1));
  auto const b = table.open(from_port(3)).id;
  table.open(from_port(4));
  CHECK(table.expendable() == b);
  table.find(b)->validated = true;
  table.find(b)->validated_at = instant{5s};
  CHECK(table.last_validated()->id == b);
  CHECK(table.trusted() == from_port(3));
  table.active().validated = true;
  CHECK(table.trusted() == from_port(2));
}

TEST_CASE("after many failures in a row new paths are not looked at for a while",
          "[path][limits][cve_class_endless_migration]") {
  path_table table{from_port(1)};
  instant const now{10s};
  for (unsigned i = 1; i < limits::path_failures; ++i) table.on_failed(now);
  CHECK_FALSE(table.paused(now));
  table.on_validated();
  for (unsigned i = 1; i < limits::path_failures; ++i) table.on_failed(now);
  CHECK_FALSE(table.paused(now));
  table.on_failed(now);
  CHECK(table.paused(now));
  CHECK_FALSE(table.paused(now + limits::path_pause));
}
