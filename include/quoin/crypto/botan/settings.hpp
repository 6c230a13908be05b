// SPDX-License-Identifier: BSL-1.0
/// \file
/// What can be chosen about TLS: credentials, trust, protocols and algorithms. Plain data without a type of Botan's.
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/crypto/job_executor.hpp>
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

/// A certificate, then its intermediates, and its private key (PKCS#8, ECDSA or RSA), as PEM, in files or in memory. A
/// root at the end of the chain is not sent.
struct tls_identity {
  std::string certificate_chain_file{};
  std::string private_key_file{};
  std::string certificate_chain_pem{};
  std::string private_key_pem{};
  std::string private_key_password{};  ///< only for an encrypted private key
  /// What the authority's OCSP responder says of the certificate (RFC 6960), as DER: shown to peers that ask for it.
  /// Fetch it anew in time and `botan_config::renew`.
  std::string ocsp_response_file{};
  std::string ocsp_response_der{};
};

/// Whether a server asks its clients for certificates (RFC 8446 4.3.2).
enum class client_authentication : std::uint8_t {
  none,
  request,  ///< who shows one must show a good one; who shows none is let in as a stranger
  require,  ///< who shows none is turned away with certificate_required
};

/// What follows when nothing is known of whether a certificate was revoked.
enum class revocation_check : std::uint8_t {
  soft,  ///< it is believed
  hard,  ///< it is refused: all of a chain but its root must be covered by a current list of its issuer, or, for the
         ///< peer's own certificate, by an OCSP response that it has stapled (RFC 8446 4.4.2.1)
};

/// Who we are and whom we believe: what can be changed while connections live, see `botan_config::renew`.
///
/// The members of `tls_identity` are our first identity. Servers need one; a client shows one if it is asked to.
struct credential_settings : tls_identity {
  /// Further identities. A server shows the one whose certificate names what the client asked for by SNI: in full
  /// first, then by a wildcard; of several for one name the first whose kind of key the client can verify. A client
  /// shows the first one of an authority that the server names, else the first one.
  std::vector<tls_identity> more_identities{};
  /// Server: end the handshakes of clients that ask for a name which no identity has, with unrecognized_name (RFC 6066
  /// 3). Otherwise, and to clients that ask for no name, the first identity is shown.
  bool refuse_unknown_names = false;

  /// Whom we trust: authorities in a file, in memory, and those of the operating system, whose reading takes some tens
  /// of milliseconds that a mere server may save.
  std::string ca_file{};
  std::string ca_pem{};
  bool system_trust = true;
  /// Client: connect to whoever answers. Only for tests; every attacker on the path can then read and change all.
  bool dangerously_skip_certificate_verification = false;

  /// Server: whether clients prove who they are, and by whose word: the authorities in `client_ca_file` and
  /// `client_ca_pem`, or, when both are empty, in `ca_file` and `ca_pem`; never those of the operating system.
  client_authentication client_auth = client_authentication::none;
  std::string client_ca_file{};
  std::string client_ca_pem{};

  /// Revocation lists (RFC 5280 5), PEM or DER, of the authorities of our peers. A certificate on one of them is
  /// refused with certificate_revoked; `revocation` says what of those on which there is no list.
  std::vector<std::string> crl_files{};
  std::string crl_pem{};
  revocation_check revocation = revocation_check::soft;
};

/// The input of `make_botan_config`. One value serves clients, servers, or both.
struct botan_settings : credential_settings {
  /// Application protocols, best first; a server takes the first one that its client offers, too. Never empty: QUIC
  /// requires ALPN (RFC 9001 8.1).
  std::vector<std::string> alpn{};

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

  /// Who signs and verifies: a `worker_pool`, say, as `post_to(pool)`. The endpoint's thread goes on with its other
  /// connections meanwhile. `key_log` and `sessions.replay` are then called by those threads, too. Empty: whoever
  /// received the message, which is quickest where there is nobody to wait for.
  job_poster executor{};

  /// Where secrets are written for tools that decrypt captures (the SSLKEYLOGFILE format): appended to a file, or
  /// handed over line by line, without the newline. Whoever has them can read the connections.
  std::string key_log_file{};
  std::function<void(std::string_view line)> key_log{};
};

}  // namespace quoin
