// SPDX-License-Identifier: BSL-1.0
/// \file
/// The key schedule of TLS 1.3 (RFC 8446 7.1), for what Botan keeps to itself: early data and what sessions are made
/// of.
#pragma once

#include <quoin/crypto/botan/kdf.ipp>
#include <quoin/crypto/botan/record_sealer.ipp>

namespace quoin::botan_detail {

/// From secret to secret: `mix_in` goes down, `secret` derives to the side.
class key_schedule {
 public:
  /// The early secret; an empty `psk` is none.
  key_schedule(cipher_suite suite, byte_view psk)
      : suite_(suite), current_(hash_size(hash_of(suite))), zeros_(current_.size()) {
    accelerated_kdf::extract(hash_of(suite_), zeros_, psk.empty() ? byte_view{zeros_} : psk, current_);
  }

  /// The next secret; an empty `shared` stands for zeros, as below the handshake secret.
  void mix_in(byte_view shared) {
    auto const salt = secret("derived", {});
    accelerated_kdf::extract(hash_of(suite_), salt, shared.empty() ? byte_view{zeros_} : shared, current_);
  }

  /// Derive-Secret over the messages so far.
  [[nodiscard]] secret_bytes secret(std::string_view label, byte_view messages) const {
    secret_bytes derived(current_.size());
    expand_label(suite_, current_, label, transcript_hash(suite_, messages), derived);
    return derived;
  }

 private:
  cipher_suite suite_;
  secret_bytes current_;
  secret_bytes zeros_;
};

/// The body of a Finished message from its sender's handshake traffic secret (RFC 8446 4.4.4).
QUOIN_DECL secret_bytes finished_body(cipher_suite suite, byte_view traffic_secret, byte_view messages) {
  secret_bytes key(hash_size(hash_of(suite)));
  expand_label(suite, traffic_secret, "finished", {}, key);
  secret_bytes body(key.size());
  detail::botan_hmac(hash_of(suite), key).sum({transcript_hash(suite, messages)}, body);
  return body;
}

/// The messages that a transcript holds. After a HelloRetryRequest the first hello is there by its hash only (RFC 8446
/// 4.4.1).
class transcript {
 public:
  void add(byte_view message) { bytes_.insert(bytes_.end(), message.begin(), message.end()); }
  void on_hello_retry(cipher_suite suite) {
    auto const hash = transcript_hash(suite, bytes_);
    bytes_ = {254, 0, 0, static_cast<std::uint8_t>(hash.size())};
    add(hash);
  }
  [[nodiscard]] byte_view view() const noexcept { return bytes_; }
  void clear() { bytes_ = {}; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace quoin::botan_detail
