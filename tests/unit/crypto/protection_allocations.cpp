// SPDX-License-Identifier: BSL-1.0
#include <quoin/keys/level_keys.hpp>
#include <quoin/keys/one_rtt_keys.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <vector>

#include "allocation_count.hpp"
#include "backends.hpp"

namespace {

using namespace quoin;

template <class Keys>
void check_no_allocation(cipher_suite suite) {
  std::vector<std::uint8_t> const secret(hash_size(hash_of(suite)), 0x17);
  Keys sealer;
  Keys opener;
  sealer.install(key_direction::seal, version::v1, suite, secret);
  opener.install(key_direction::open, version::v1, suite, secret);
  std::vector<std::vector<std::uint8_t>> packets(65, std::vector<std::uint8_t>(1200, 0x40));
  std::vector<packet_to_seal> to_seal;
  std::vector<packet_to_open> to_open;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    packets[i][0] = 0x41;
    packets[i][9] = 0;
    packets[i][10] = static_cast<std::uint8_t>(i);
    to_seal.push_back({packets[i], 9, 2, i});
    packet_to_open packet;
    packet.bytes = packets[i];
    packet.packet_number_offset = 9;
    to_open.push_back(packet);
  }
  auto const before = test::allocations_so_far();
  sealer.seal(to_seal);
  opener.open(to_open);
  auto const after = test::allocations_so_far();
  CHECK(after - before == 0);
  for (auto const& packet : to_open) REQUIRE(packet.status == open_status::opened);
}

TEMPLATE_LIST_TEST_CASE("Sealing and opening packets allocates nothing", "[crypto]", test::real_backends) {
  for (auto const suite : test::all_suites) {
    if (!test::serves<TestType>(suite)) continue;
    check_no_allocation<level_keys<TestType>>(suite);
    check_no_allocation<one_rtt_keys<TestType>>(suite);
  }
}

TEST_CASE("The counter that the test above trusts does count", "[crypto]") {
  auto const before = test::allocations_so_far();
  std::vector<int> const some(100);
  CHECK(test::allocations_so_far() > before);
}

}  // namespace
