// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bodies of crypto/botan/kdf.hpp.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/crypto/botan/kdf.hpp>

#include <botan/mac.h>

#include <algorithm>
#include <memory>

namespace quoin {

namespace detail {

inline std::unique_ptr<Botan::MessageAuthenticationCode> botan_hmac(hash_algorithm hash, byte_view key) {
  auto mac = Botan::MessageAuthenticationCode::create_or_throw(hash == hash_algorithm::sha384 ? "HMAC(SHA-384)"
                                                                                              : "HMAC(SHA-256)");
  mac->set_key(key);
  return mac;
}

}  // namespace detail

QUOIN_DECL void botan_kdf::extract(hash_algorithm hash, byte_view salt, byte_view secret, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() == hash_size(hash));
  auto const mac = detail::botan_hmac(hash, salt);
  mac->update(secret);
  mac->final(out);
}

QUOIN_DECL void botan_kdf::expand(hash_algorithm hash, byte_view secret, byte_view info, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() <= 255 * hash_size(hash));
  auto const mac = detail::botan_hmac(hash, secret);
  std::array<std::uint8_t, 48> block_room;
  auto const block = byte_span(block_room).first(hash_size(hash));
  for (std::uint8_t counter = 1; !out.empty(); ++counter) {
    if (counter > 1) mac->update(block);
    mac->update(info);
    mac->update(counter);
    mac->final(block);
    auto const taken = std::min(out.size(), block.size());
    std::copy_n(block.data(), taken, out.data());
    out = out.subspan(taken);
  }
}

}  // namespace quoin
