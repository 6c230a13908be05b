// SPDX-License-Identifier: BSL-1.0
/// \file
/// `accelerated_protection`: the fastest packet protection that each suite has on this machine, chosen as a key is
/// made.
#pragma once

#include <quoin/crypto/accelerated/kdf.hpp>
#include <quoin/crypto/botan/protection.hpp>
#include <quoin/crypto/ipsec_mb/protection.hpp>

#include <variant>

namespace quoin {

/// Uses `Fast` for the suites that `Fast::serves(suite)` and `Portable` for the others. The choice costs one branch per
/// call, not per packet. Keys are derived by `Kdf`.
template <packet_protection Fast, packet_protection Portable, key_derivation Kdf = typename Portable::kdf>
struct either_protection {
  class packet_key {
   public:
    packet_key(cipher_suite suite, byte_view key, byte_view iv) : chosen_(make(suite, key, iv)) {}

    void seal(std::span<packet_in_place> packets) noexcept {
      if (auto* const fast = std::get_if<0>(&chosen_)) return fast->seal(packets);
      std::get_if<1>(&chosen_)->seal(packets);
    }
    void open(std::span<packet_in_place> packets) noexcept {
      if (auto* const fast = std::get_if<0>(&chosen_)) return fast->open(packets);
      std::get_if<1>(&chosen_)->open(packets);
    }
    void combine_iv(std::uint32_t bits) noexcept requires multipath_sealer<typename Fast::packet_key> &&
        multipath_sealer<typename Portable::packet_key> {
      if (auto* const fast = std::get_if<0>(&chosen_)) return fast->combine_iv(bits);
      std::get_if<1>(&chosen_)->combine_iv(bits);
    }

   private:
    using choice = std::variant<typename Fast::packet_key, typename Portable::packet_key>;
    static choice make(cipher_suite suite, byte_view key, byte_view iv) {
      if (Fast::serves(suite)) return choice(std::in_place_index<0>, suite, key, iv);
      return choice(std::in_place_index<1>, suite, key, iv);
    }
    choice chosen_;
  };

  class header_key {
   public:
    header_key(cipher_suite suite, byte_view key) : chosen_(make(suite, key)) {}

    void masks(std::span<header_sample const> samples, std::span<header_mask> masks) noexcept {
      if (auto* const fast = std::get_if<0>(&chosen_)) return fast->masks(samples, masks);
      std::get_if<1>(&chosen_)->masks(samples, masks);
    }

   private:
    using choice = std::variant<typename Fast::header_key, typename Portable::header_key>;
    static choice make(cipher_suite suite, byte_view key) {
      if (Fast::serves(suite)) return choice(std::in_place_index<0>, suite, key);
      return choice(std::in_place_index<1>, suite, key);
    }
    choice chosen_;
  };

  using kdf = Kdf;
};

#if defined(QUOIN_HAS_IPSEC_MB) && defined(__x86_64__)
/// libipsec-mb for AES-GCM where the processor can, Botan for the rest.
using accelerated_protection = either_protection<ipsec_mb_protection, botan_protection, accelerated_kdf>;
#else
/// Without libipsec-mb there is nothing faster than Botan here.
using accelerated_protection = botan_protection;
#endif

static_assert(packet_protection<accelerated_protection>);

}  // namespace quoin
