// SPDX-License-Identifier: BSL-1.0
#include <quoin/crypto/null/protection.hpp>

#include <catch2/catch_template_test_macros.hpp>

#include "../../conformance/protection.hpp"
#include "backends.hpp"

namespace {

using namespace quoin;

TEMPLATE_LIST_TEST_CASE("A backend protects packets and derives keys as the contract says", "[crypto][conformance]",
                        test::real_backends) {
  for (auto const suite : test::all_suites)
    if (test::serves<TestType>(suite)) conformance::check_protection<TestType>(suite);
  conformance::check_derivation<TestType>();
}

TEST_CASE("The protection without secrecy keeps the same contract", "[crypto][conformance]") {
  for (auto const suite : test::all_suites) conformance::check_protection<null_protection>(suite);
  conformance::check_derivation<null_protection>();
}

}  // namespace
