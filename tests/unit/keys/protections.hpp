// SPDX-License-Identifier: BSL-1.0
/// \file
/// The packet protections under which tokens and tags are tested.
#pragma once

#include <quoin/crypto/null/protection.hpp>

#include <tuple>

#ifdef QUOIN_HAS_BOTAN
#include <quoin/crypto/accelerated/protection.hpp>
#endif

namespace quoin::test {

#ifdef QUOIN_HAS_BOTAN
using protections = std::tuple<null_protection, botan_protection, accelerated_protection>;
#else
using protections = std::tuple<null_protection>;
#endif

}  // namespace quoin::test
