// SPDX-License-Identifier: BSL-1.0
/// \file
/// The part of HKDF that does not depend on who computes the HMAC (RFC 5869).
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/base/secret_bytes.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>

namespace quoin {

/// HKDF-Expand: fills `out`, of 255 hashes at most. `hmac` has the pseudorandom key, and its `sum(pieces, out)` writes
/// the HMAC of the pieces, one after the other. Nothing secret is left behind here (RFC 5869 2.3).
template <class Hmac>
void hkdf_expand(Hmac&& hmac, hash_algorithm hash, byte_view info, byte_span out) noexcept {
  QUOIN_ASSERT(out.size() <= 255 * hash_size(hash));
  std::array<std::uint8_t, 48> room;
  auto const block = byte_span(room).first(hash_size(hash));
  for (std::uint8_t counter = 1; !out.empty(); ++counter) {
    auto const previous = byte_view(block).first(counter > 1 ? block.size() : 0);
    hmac.sum({previous, info, byte_view(&counter, 1)}, block);
    auto const taken = std::min(out.size(), block.size());
    std::copy_n(block.data(), taken, out.data());
    out = out.subspan(taken);
  }
  wipe(block);
}

}  // namespace quoin
