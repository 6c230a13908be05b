// SPDX-License-Identifier: BSL-1.0
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <catch2/catch_test_macros.hpp>

namespace {

struct short_stack : quoin::test_stack {
  using cid_format = quoin::random_cid<4>;
};

}  // namespace

TEST_CASE("a server whose IDs are short is reached after its Retry", "[endpoint][rfc9000]") {
  quoin::lab<short_stack> lab{{.require_retry = true}};
  CHECK(lab.establish());
}
