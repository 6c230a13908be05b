// SPDX-License-Identifier: BSL-1.0
// What is a crypto_backend, and what is not.
#include <quoin/crypto/null/crypto.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(crypto_backend<archetype::crypto>);
static_assert(packet_protection<null_protection> && tls_handshake<null_handshake> && crypto_backend<null_crypto>);

struct opens_nothing : archetype::packet_key {
  using packet_key::packet_key;
  void open(std::span<packet_in_place>) noexcept = delete;
};
struct seals_one : archetype::packet_key {
  using packet_key::packet_key;
  void seal(packet_in_place&) noexcept {}
};
struct key_without_iv : archetype::packet_key {
  key_without_iv(cipher_suite suite, byte_view key) : packet_key(suite, key, {}) {}
};
struct key_that_stays : archetype::packet_key {
  using packet_key::packet_key;
  key_that_stays(key_that_stays&&) = delete;
};
static_assert(packet_sealer<archetype::packet_key>);
static_assert(!packet_sealer<opens_nothing>);
static_assert(!packet_sealer<seals_one>);
static_assert(!packet_sealer<key_without_iv>);
static_assert(!packet_sealer<key_that_stays>);

struct masks_may_throw : archetype::header_key {
  using header_key::header_key;
  void masks(std::span<header_sample const>, std::span<header_mask>) {}
};
static_assert(header_masker<archetype::header_key>);
static_assert(!header_masker<masks_may_throw>);

struct only_extracts {
  static void extract(hash_algorithm, byte_view, byte_view, byte_span) noexcept {}
};
static_assert(key_derivation<archetype::kdf>);
static_assert(!key_derivation<only_extracts>);

struct never_asked : archetype::handshake {
  using handshake::handshake;
  handshake_output next() { return {}; }
};
struct with_a_copied_config : archetype::handshake {
  with_a_copied_config(config const&, handshake_start const& start) : handshake(nullptr, start) {}
};
static_assert(tls_handshake<archetype::handshake>);
static_assert(!tls_handshake<never_asked>);
static_assert(!tls_handshake<with_a_copied_config>);

struct claims_only : archetype::handshake {
  using handshake::handshake;
  static constexpr feature_set<handshake_feature> features{handshake_feature::resumption};
};
struct claims_without_hooks : archetype::crypto {
  using handshake = claims_only;
};
static_assert(crypto_backend<archetype::resuming_crypto> && resuming_handshake<archetype::resuming_handshake>);
static_assert(tls_handshake<claims_only> && !crypto_backend<claims_without_hooks>);
static_assert(!resumes<archetype::handshake> && resumes<null_handshake>);

struct half {
  using protection = archetype::crypto::protection;
};
static_assert(!crypto_backend<half>);

}  // namespace
