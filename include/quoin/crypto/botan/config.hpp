// SPDX-License-Identifier: BSL-1.0
/// \file
/// Settings made ready for use: keys and certificates parsed and checked once, then shared by all connections.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/base/result.hpp>
#include <quoin/crypto/botan/settings.hpp>
#include <quoin/crypto/verified_chains.hpp>

#include <memory>

namespace quoin {

/// What `botan_handshake` is configured with; `make_botan_config` makes it. May be shared by threads.
class botan_config {
 public:
  struct state;  // Botan's types; known to the .ipp files only

  explicit botan_config(std::shared_ptr<state> made) : state_(std::move(made)) {}

  /// Goes by other identities, trust and revocation lists from now on. Connections that have begun keep what they began
  /// with. Sessions are resumed as long as what they rest on is still there: the key of the server's identity, and how
  /// clients are to prove theirs. The error is a sentence, and nothing has changed then. May be called from any thread.
  [[nodiscard]] basic_result<void, std::string> renew(credential_settings const& settings);

  /// Whether servers can be run with it.
  [[nodiscard]] bool has_certificate() const;

  /// How often a chain was known to be good already, since the credentials were last renewed.
  [[nodiscard]] verified_chains::statistics remembered_chains() const;

  [[nodiscard]] state const& get() const noexcept { return *state_; }

 private:
  std::shared_ptr<state> state_;
};

/// Reads all that `settings` name. The error is a sentence that says which file or setting is wrong, and how.
basic_result<std::shared_ptr<botan_config>, std::string> make_botan_config(botan_settings settings);

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/config.ipp>
#endif
