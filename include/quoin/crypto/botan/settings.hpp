// SPDX-License-Identifier: BSL-1.0
/// \file
/// What can be chosen about TLS: credentials, trust, protocols and algorithms. Plain data without a type of Botan's.
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/crypto/session/session_settings.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quoin {

/// Key exchange groups (RFC 8446 4.2.7); the last one is a hybrid with a post-quantum KEM, whose share takes 1.2 kB.
enum class key_group : std::uint16_t {
  secp256r1 = 23,
  secp384r1 = 24,
  x25519 = 29,
  x25519_ml_kem_768 = 0x11ec,
};

/// The input of `make_botan_config`. One value serves clients, servers, or both.
struct botan_settings {
  /// Application protocols, best first; a server takes the first one that its client offers, too. Never empty: QUIC
  /// requires ALPN (RFC 9001 8.1).
  std::vector<std::string> alpn{};

  /// Our certificate, then its intermediates, and its private key (PKCS#8, ECDSA or RSA), as PEM, in files or in
  /// memory. Servers need them; a client sends them if it is asked to. A root at the end of the chain is not sent.
  std::string certificate_chain_file{};
  std::string private_key_file{};
  std::string certificate_chain_pem{};
  std::string private_key_pem{};
  std::string private_key_password{};  ///< only for an encrypted private key

  /// Whom we trust: authorities in a file, in memory, and those of the operating system, whose reading takes some tens
  /// of milliseconds that a mere server may save.
  std::string ca_file{};
  std::string ca_pem{};
  bool system_trust = true;
  /// Client: connect to whoever answers. Only for tests; every attacker on the path can then read and change all.
  bool dangerously_skip_certificate_verification = false;
  /// Server: refuse clients without a certificate of one of the authorities in `ca_file` and `ca_pem`.
  bool require_client_certificate = false;

  /// How many certificate chains that were found to be good are remembered, and for how long, so that their signatures
  /// are not verified again at the next connection; 0 verifies all of every chain every time. Their times are looked at
  /// each time, and so is the proof that the peer owns the key.
  std::size_t remembered_chains = 256;
  std::chrono::seconds remembered_chain_lifetime = std::chrono::minutes{10};

  /// Server: which sessions clients may resume, and whether with early data.
  session_settings sessions{};

  /// Cipher suites, best first.
  std::vector<cipher_suite> suites{cipher_suite::aes_128_gcm_sha256, cipher_suite::aes_256_gcm_sha384,
                                   cipher_suite::chacha20_poly1305_sha256};
  /// Groups that may be used, best first. A server prefers groups whose share the client has sent, for any other group
  /// costs a round trip (HelloRetryRequest).
  std::vector<key_group> groups{key_group::x25519, key_group::secp256r1, key_group::secp384r1,
                                key_group::x25519_ml_kem_768};
  /// Client: groups whose share goes into the first flight; each must be one of `groups`.
  std::vector<key_group> offered_shares{key_group::x25519};

  /// Whether ECDSA on P-256 and X25519 are OpenSSL's where quoin was built with it (`quoin::libcrypto`): about half of
  /// Botan's cost. Without it, or for anything else, Botan does them.
  bool accelerated_public_keys = true;

  /// Where secrets are written for tools that decrypt captures (the SSLKEYLOGFILE format): appended to a file, or
  /// handed over line by line, without the newline. Whoever has them can read the connections.
  std::string key_log_file{};
  std::function<void(std::string_view line)> key_log{};
};

}  // namespace quoin
