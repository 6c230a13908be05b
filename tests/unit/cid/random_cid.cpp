// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/random_cid.hpp>

#include <conformance/cid_format.hpp>

#include <vector>

TEST_CASE("random connection IDs of every length are a format", "[cid][rfc9000][cve_class_token_from_id]") {
  quoin::random_cid<4> shortest;
  quoin::random_cid<8> usual;
  quoin::random_cid<20> longest;
  quoin::conformance::check_cid_format(shortest);
  quoin::conformance::check_cid_format(usual);
  quoin::conformance::check_cid_format(longest);
}

TEST_CASE("no connection ID has more than 20 bytes", "[cid][rfc9000]") {
  for (std::size_t size = 0; size < 300; ++size)
    CHECK(quoin::connection_id::from(std::vector<std::uint8_t>(size, 7)).has_value() == (size <= 20));
}
