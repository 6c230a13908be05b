// SPDX-License-Identifier: BSL-1.0
/// \file
/// TLS 1.3 for QUIC (RFC 9001) by Botan: its client and server run unmodified, this engine takes their handshake
/// messages and secrets, and stands in for the record layer that QUIC does not have.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/config.hpp>
#include <quoin/crypto/peer_certificate.hpp>
#include <quoin/policy/crypto.hpp>

#include <memory>
#include <optional>
#include <string>

namespace quoin {

/// Model of `tls_handshake`, `resuming_handshake` and `suspending_handshake`. Verifies the server's certificate and
/// name unless told otherwise; asks no client for one unless told so.
class botan_handshake {
 public:
  using config = botan_config;
  static constexpr feature_set<handshake_feature> features =
      feature_set<handshake_feature>{handshake_feature::resumption} | handshake_feature::suspension;

  botan_handshake(std::shared_ptr<config const> settings, handshake_start const& start);
  ~botan_handshake();
  botan_handshake(botan_handshake&&) noexcept;
  botan_handshake& operator=(botan_handshake&&) noexcept;

  /// Client: makes the ClientHello. Fails, with the internal_error alert, for a server without certificate and for a
  /// client that is to verify a certificate but has no name to verify.
  result<> begin();

  /// The next in-order bytes of `level`'s CRYPTO stream. After an error every further call returns that error.
  result<> receive(encryption_level level, byte_view bytes);

  std::optional<handshake_output> next();
  [[nodiscard]] std::string_view alpn() const noexcept;
  [[nodiscard]] std::optional<cipher_suite> suite() const noexcept;
  /// The group of the key exchange, as RFC 8446 4.2.7 numbers them; 0 while there is none.
  [[nodiscard]] std::uint16_t group() const noexcept;
  /// The name the client asked for; the server knows it from the ClientHello on.
  [[nodiscard]] std::string_view server_name() const noexcept;
  [[nodiscard]] bool complete() const noexcept;
  /// Null while the peer has shown no certificate.
  [[nodiscard]] std::shared_ptr<peer_certificate const> const& peer() const noexcept;

  // ---- suspension, with `botan_settings::executor`: until `resume`, nothing else is known

  static bool may_suspend(config const& settings) noexcept;
  [[nodiscard]] bool suspended() const noexcept;
  result<> resume();

  // ---- resumption

  void set_time(wall_time now) noexcept;
  [[nodiscard]] bool resumed() const noexcept;
  static bool offers(config const& settings, std::string_view alpn);
  static bool takes_early_data(config const& settings) noexcept;
  static std::optional<session_facts> facts_of(byte_view session);

  /// Fills `out` with keying material that both sides can make (RFC 8446 7.5). An empty `context` is as good as none.
  /// False before the handshake is complete, for a label of more than 249 bytes, and for more than 255 hashes of
  /// output.
  [[nodiscard]] bool export_keying_material(std::string_view label, byte_view context, byte_span out) const;

  /// More about an error than its static reason, for logs of this side; never sent to the peer.
  [[nodiscard]] std::string_view failure_detail() const noexcept;

 private:
  class engine;
  struct absence;

  result<> leave_work();

  std::shared_ptr<engine> engine_;
  std::unique_ptr<absence> absence_;  // where there is an executor
};

static_assert(tls_handshake<botan_handshake> && resuming_handshake<botan_handshake> &&
              suspending_handshake<botan_handshake>);

}  // namespace quoin

#ifndef QUOIN_SEPARATE_COMPILATION
#include <quoin/crypto/botan/handshake.ipp>
#endif
