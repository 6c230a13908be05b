// SPDX-License-Identifier: BSL-1.0
// What a user reads whose `crypto` does not fit.
#include <quoin/testing/archetypes.hpp>

using namespace quoin;

struct half : archetype::crypto {
 private:
  struct handshake;
};
struct without_a_half : archetype_stack {
  using crypto = half;
};
// error: this stack's `crypto` is not a crypto_backend -- see docs/policies/crypto.md
// names: handshake
template struct quoin::check_stack<without_a_half>;

struct mute_key : archetype::packet_key {
  using packet_key::packet_key;
  void seal(std::span<packet_in_place>) noexcept = delete;
};
struct mute : archetype::crypto {
  struct protection : archetype::crypto::protection {
    using packet_key = mute_key;
  };
};
struct without_a_hook : archetype_stack {
  using crypto = mute;
};
// error: this stack's `crypto` is not a crypto_backend -- see docs/policies/crypto.md
// names: seal
template struct quoin::check_stack<without_a_hook>;

struct silent_engine : archetype::handshake {
  using handshake::handshake;
  void begin() {}
};
struct silent : archetype::crypto {
  using handshake = silent_engine;
};
struct with_a_wrong_type : archetype_stack {
  using crypto = silent;
};
// error: this stack's `crypto` is not a crypto_backend -- see docs/policies/crypto.md
// names: begin
template struct quoin::check_stack<with_a_wrong_type>;

struct forgetful_engine : archetype::resuming_handshake {
  using resuming_handshake::resuming_handshake;
  void set_time(wall_time) noexcept = delete;
};
struct forgetful : archetype::crypto {
  using handshake = forgetful_engine;
};
struct with_a_claim_alone : archetype_stack {
  using crypto = forgetful;
};
// error: this stack's `crypto` claims `resumption` but lacks a hook for it -- see docs/policies/crypto.md
template struct quoin::check_stack<with_a_claim_alone>;

struct sleepless_engine : archetype::handshake {
  using handshake::handshake;
  static constexpr feature_set<handshake_feature> features{handshake_feature::suspension};
};
struct sleepless : archetype::crypto {
  using handshake = sleepless_engine;
};
struct with_another_claim_alone : archetype_stack {
  using crypto = sleepless;
};
// error: this stack's `crypto` claims `suspension` but lacks a hook for it -- see docs/policies/crypto.md
template struct quoin::check_stack<with_another_claim_alone>;
