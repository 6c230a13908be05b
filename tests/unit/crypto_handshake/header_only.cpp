// SPDX-License-Identifier: BSL-1.0
#include "botan_support.hpp"

#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/crypto/botan/crypto.hpp>

#include <quoin/policy/crypto.hpp>

using namespace quoin;
using namespace quoin::testing;

static_assert(crypto_backend<botan_crypto>);

TEST_CASE("the engine works with nothing but its headers", "[crypto_handshake]") {
  auto pair = joined();
  pair.run();
  CHECK(pair.succeeded());
}
