// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `crypto` slot: two halves that know nothing of each other, packet protection and the TLS handshake.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/callback.hpp>
#include <quoin/base/shared_signal.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/claims.hpp>

#include <array>
#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quoin {

// ---- packet protection (RFC 9001 5) -------------------------------------------------------------------------------

/// One packet to seal or open in place: header, then payload, then 16 bytes of tag, which sealing fills in.
/// `bytes` is the whole packet, of which the first `header_size` bytes are associated data.
struct packet_in_place {
  byte_span bytes;
  std::size_t header_size = 0;
  packet_number number = 0;
  bool authentic = false;  ///< set by `open`; the payload means nothing when it is false
};

/// Sixteen bytes of ciphertext, and the five bytes that hide a header (RFC 9001 5.4.1).
using header_sample = std::array<std::uint8_t, 16>;
using header_mask = std::array<std::uint8_t, 5>;

/// An AEAD key with its IV (RFC 9001 5.3). The nonce of a packet is the IV exclusive-or its number.
template <class K>
concept packet_sealer = std::movable<K> && std::constructible_from<K, cipher_suite, byte_view, byte_view> &&
    requires(K& key, std::span<packet_in_place> packets) {
  { key.seal(packets) }
  noexcept->std::same_as<void>;
  { key.open(packets) }
  noexcept->std::same_as<void>;
};

/// One that can protect the packets of several paths: `combine_iv(bits)` exclusive-ors the first four bytes of its IV, in
/// network byte order, with `bits` (draft-ietf-quic-multipath 2.4). Stacks that list `multipath` need it.
template <class K>
concept multipath_sealer = packet_sealer<K> && requires(K& key, std::uint32_t bits) {
  { key.combine_iv(bits) }
  noexcept->std::same_as<void>;
};

/// A header protection key (RFC 9001 5.4). `masks[i]` is made from `samples[i]`; the spans have the same size.
template <class K>
concept header_masker = std::movable<K> && std::constructible_from<K, cipher_suite, byte_view> &&
    requires(K& key, std::span<header_sample const> samples, std::span<header_mask> masks) {
  { key.masks(samples, masks) }
  noexcept->std::same_as<void>;
};

/// HKDF (RFC 5869) over the hash of a suite. `extract` writes hash_size bytes; `expand` fills `out`.
template <class D>
concept key_derivation = requires(hash_algorithm hash, byte_view salt, byte_view secret, byte_view info,
                                  byte_span out) {
  { D::extract(hash, salt, secret, out) }
  noexcept->std::same_as<void>;
  { D::expand(hash, secret, info, out) }
  noexcept->std::same_as<void>;
};

/// Everything that seals and opens packets. Nothing in it throws or allocates once a key is made.
/// Models: `botan_protection`, `ipsec_mb_protection`, `null_protection` (tests).
template <class P>
concept packet_protection =
    packet_sealer<typename P::packet_key> && header_masker<typename P::header_key> && key_derivation<typename P::kdf>;

// ---- the handshake (RFC 9001 4) -----------------------------------------------------------------------------------

/// Whose bytes a secret protects, seen from here.
enum class key_direction : std::uint8_t { seal, open };

/// What a handshake wants its connection to do, in the order in which it must be done.
struct handshake_output {
  enum class kind : std::uint8_t {
    send,             ///< `bytes` belong on the CRYPTO stream of `level`
    secret,           ///< `bytes` is the traffic secret of `level` and `direction` under `suite`
    peer_parameters,  ///< `bytes` are the peer's transport parameters; authentic once the handshake is complete
    complete,         ///< RFC 9001 4.1.1
    session,          ///< client: `bytes` are a session that a later handshake may resume, once
    early_accepted,   ///< the server takes the early data that the client offered (RFC 9001 4.6.2)
    early_rejected,   ///< or it does not; comes before `peer_parameters`
  };
  kind what = kind::send;
  encryption_level level = encryption_level::initial;
  key_direction direction = key_direction::seal;
  cipher_suite suite = cipher_suite::aes_128_gcm_sha256;
  byte_view bytes;  ///< valid until the next call of any member of the handshake
};

/// A server's answer to the client's transport parameters: is called once, before ours are sent, and may write others
/// over them, and another version than the client's, which the rest of the handshake is for (RFC 9368 2.3). May be
/// empty.
using parameter_answer = callback<void(byte_view theirs, std::vector<std::uint8_t>& ours, version& spoken)>;

/// What one connection's handshake is made from, beside its shared configuration.
struct handshake_start {
  role self = role::client;
  std::string server_name;                      ///< client: the name to ask for and to verify
  byte_view transport_parameters;               ///< ours, encoded; copied
  quoin::version version = quoin::version::v1;  ///< sessions are good for one version only (RFC 9369 5)
  byte_view session{};      ///< client: a session to resume, as an earlier handshake gave it; empty for none
  bool early_data = false;  ///< client: offer early data, if the session allows it
  parameter_answer answer_parameters{};  ///< server
  /// Where handshakes suspend: is called, by whatever thread, when this one can be resumed. May be empty.
  shared_signal resumable{};
};

/// What a handshake can do beyond the minimum.
enum class handshake_feature : std::uint8_t {
  resumption = 1,  ///< sessions are resumed, with early data where both sides want it (RFC 9001 4.5, 4.6)
  suspension = 2,  ///< `receive` may leave what takes long to another thread
};

/// What is known of a session without its secrets.
struct session_facts {
  wall_time expires;
  std::string alpn;
  bool early_data = false;  ///< its server was willing to take early data
};

/// What became of early data (RFC 9001 4.6.2).
enum class early_data_status : std::uint8_t {
  none,      ///< not offered
  offered,   ///< client: may be sent; the server's answer is not known
  accepted,  ///< by the server
  rejected,  ///< by the server: the client says everything again
};

/// Runs TLS 1.3 without its record layer.
///
///   - `H::config`: credentials, trust, ALPN protocols, suites, key log; immutable, shared by many connections
///   - `H(config, start)`: takes a `std::shared_ptr<H::config const>`; `start.self` says which side
///   - `begin()`: client: makes the ClientHello; server: nothing
///   - `receive(level, bytes)`: the next in-order bytes of that level's CRYPTO stream; parts of messages are kept
///   - `next()`: takes the next output, if any
///   - `alpn()`: the protocol chosen, empty until known
///
/// Errors are TLS alerts as CRYPTO_ERROR codes, or PROTOCOL_VIOLATION and the like (RFC 9001 4.8); nothing throws out.
/// Models: `botan_handshake`, `null_handshake` (tests).
template <class H>
concept tls_handshake = requires(H& handshake, H const& asked, encryption_level level, byte_view bytes) {
  typename H::config;
  { handshake.begin() } -> std::same_as<result<>>;
  { handshake.receive(level, bytes) } -> std::same_as<result<>>;
  { handshake.next() } -> std::same_as<std::optional<handshake_output>>;
  { asked.alpn() }
  noexcept->std::same_as<std::string_view>;
}
&&std::constructible_from<H, std::shared_ptr<typename H::config const>, handshake_start const&>;

/// The hooks behind the claim `resumption`:
///
///   - `handshake.set_time(now)`: what the calendar says; called before `begin` and `receive`
///   - `resumed()`: whether the session given, or offered by the client, was resumed; known with `peer_parameters`
///   - `H::offers(config, alpn)`: whether a client offers that protocol
///   - `H::takes_early_data(config)`: whether a server ever accepts early data
///   - `H::facts_of(session)`: what a session says of itself; nothing when it is none of this handshake's
///
/// A client that offers early data makes the 0-RTT secret known right behind its ClientHello; a server that accepts it,
/// before its own 1-RTT secrets.
template <class H>
concept resuming_handshake = requires(H& handshake, H const& asked, typename H::config const& settings, wall_time now,
                                      std::string_view alpn, byte_view session) {
  { handshake.set_time(now) }
  noexcept->std::same_as<void>;
  { asked.resumed() }
  noexcept->std::same_as<bool>;
  { H::offers(settings, alpn) } -> std::same_as<bool>;
  { H::takes_early_data(settings) }
  noexcept->std::same_as<bool>;
  { H::facts_of(session) } -> std::same_as<std::optional<session_facts>>;
};

/// Whether sessions can be resumed over handshakes of this kind.
template <class H>
inline constexpr bool resumes = claims<H, handshake_feature::resumption>;

/// The hooks behind the claim `suspension`:
///
///   - `H::may_suspend(config)`: whether handshakes with that configuration ever do
///   - `suspended()`: work is under way elsewhere, or done and not taken back: nothing else can be known of the
///     handshake, and what `receive` is given waits, up to a limit. It may be destroyed all the same
///   - `resume()`: takes finished work back and what has waited behind it, with the outcome that `receive` would have
///     had. Does nothing while the work is under way, or when there is none
template <class H>
concept suspending_handshake = requires(H& handshake, H const& asked, typename H::config const& settings) {
  { H::may_suspend(settings) }
  noexcept->std::same_as<bool>;
  { asked.suspended() }
  noexcept->std::same_as<bool>;
  { handshake.resume() } -> std::same_as<result<>>;
};

/// Whether handshakes of this kind may suspend.
template <class H>
inline constexpr bool suspends = claims<H, handshake_feature::suspension>;

/// The slot: both halves.
template <class C>
concept crypto_backend = packet_protection<typename C::protection> && tls_handshake<typename C::handshake> &&
    (!resumes<typename C::handshake> || resuming_handshake<typename C::handshake>) &&
    (!suspends<typename C::handshake> || suspending_handshake<typename C::handshake>);

}  // namespace quoin
