// SPDX-License-Identifier: BSL-1.0
// The models that need Botan.
#include <quoin/crypto/botan/crypto.hpp>
#include <quoin/stacks/default.hpp>
#include <quoin/stacks/minimal.hpp>

namespace {

static_assert(quoin::packet_protection<quoin::botan_protection>);
static_assert(quoin::packet_protection<quoin::accelerated_protection>);
static_assert(quoin::tls_handshake<quoin::botan_handshake>);
static_assert(quoin::suspends<quoin::botan_handshake> && quoin::suspending_handshake<quoin::botan_handshake>);
static_assert(quoin::crypto_backend<quoin::botan_crypto>);
static_assert(quoin::crypto_backend<quoin::default_crypto>);
static_assert(quoin::stack_config<quoin::default_stack>);
static_assert(quoin::stack_config<quoin::minimal_stack>);

}  // namespace
