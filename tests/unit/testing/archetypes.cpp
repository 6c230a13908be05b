// SPDX-License-Identifier: BSL-1.0
// Compiles what takes policies with policies that can do no more than their concepts say.
#include <quoin/handshake/address_token.hpp>
#include <quoin/handshake/reset_token.hpp>
#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/keys/one_rtt_keys.hpp>
#include <quoin/observe/tee.hpp>
#include <quoin/stream/streams.hpp>
#include <quoin/testing/archetypes.hpp>

#include <catch2/catch_test_macros.hpp>

using archetype_protection = quoin::archetype_stack::crypto::protection;

// With everything that a stream can do; connections of the archetype stack have streams without it.
template class quoin::streams<quoin::archetype::scheduler, quoin::partial_resets>;
template class quoin::level_keys<archetype_protection>;
template class quoin::one_rtt_keys<archetype_protection>;
template class quoin::token_sealer<archetype_protection>;
template class quoin::tee<quoin::archetype::observer>;

TEST_CASE("archetypes fit their slots and can do nothing more", "[testing]") {
  STATIC_REQUIRE(quoin::stack_config<quoin::archetype_stack>);
  STATIC_REQUIRE_FALSE(std::copyable<quoin::archetype::entropy>);
  STATIC_REQUIRE_FALSE(std::copyable<quoin::archetype::congestion>);
}
