// SPDX-License-Identifier: BSL-1.0
/// \file
/// Any `crypto` slot, with books kept of what is sealed under which key.
#pragma once

#include "seal_ledger.hpp"

#include <quoin/base/siphash.hpp>
#include <quoin/policy/crypto.hpp>

namespace quoin::scenario {

/// A packet key that tells the ledger, if one listens, before it seals.
template <class Key>
class audited_key {
 public:
  audited_key(cipher_suite suite, byte_view key, byte_view iv)
      : key_(suite, key, iv), name_(siphash({siphash({1, 2}, key), 3}, iv)) {
    if (auto* const ledger = seal_ledger::current()) ledger->on_key(key);
  }

  void seal(std::span<packet_in_place> packets) noexcept {
    if (auto* const ledger = seal_ledger::current())
      for (auto const& packet : packets)
        if (!is_retry(packet)) {
          if (ledger->tamper) ledger->tamper(packet);
          ledger->on_seal(name_, packet.number, packet.bytes[0]);
        }
    key_.seal(packets);
  }
  void open(std::span<packet_in_place> packets) noexcept { key_.open(packets); }
  /// With another IV it makes other nonces, so that the books call it by another name; twice is back again.
  void combine_iv(std::uint32_t bits) noexcept {
    key_.combine_iv(bits);
    name_ ^= std::uint64_t{bits} << 32;
  }

 private:
  /// The integrity tag of a Retry is that of an empty message, under a key and a nonce that everybody knows (RFC 9001
  /// 5.8).
  static bool is_retry(packet_in_place const& packet) noexcept {
    return packet.bytes.size() == packet.header_size + aead_tag_size;
  }

  Key key_;
  std::uint64_t name_;
};

template <class Crypto>
struct audited_crypto {
  struct protection {
    using packet_key = audited_key<typename Crypto::protection::packet_key>;
    using header_key = typename Crypto::protection::header_key;
    using kdf = typename Crypto::protection::kdf;
  };
  using handshake = typename Crypto::handshake;
};

}  // namespace quoin::scenario
