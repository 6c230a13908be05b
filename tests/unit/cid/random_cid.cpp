// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/random_cid.hpp>

#include <conformance/cid_format.hpp>

TEST_CASE("random connection IDs of every length are a format", "[cid][rfc9000][cve_class_token_from_id]") {
  quoin::random_cid<4> shortest;
  quoin::random_cid<8> usual;
  quoin::random_cid<20> longest;
  quoin::conformance::check_cid_format(shortest);
  quoin::conformance::check_cid_format(usual);
  quoin::conformance::check_cid_format(longest);
}
