// SPDX-License-Identifier: BSL-1.0
/// \file
/// Stateless reset tokens made from a static key (RFC 9000 10.3.2).
#pragma once

#include <quoin/core/connection_id.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/crypto.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace quoin {

/// The token for `id` under `secret`: a keyed pseudo-random function of the ID that no other use of the secret shares,
/// so that an endpoint that has lost its state can still make it and nobody else can.
template <packet_protection P>
stateless_reset_token make_reset_token(byte_view secret, connection_id const& id) noexcept {
  constexpr std::string_view label = "quoin stateless reset";
  std::array<std::uint8_t, label.size() + connection_id::max_size> info{};
  std::copy(label.begin(), label.end(), info.begin());
  std::copy(id.view().begin(), id.view().end(), info.begin() + label.size());
  stateless_reset_token token{};
  P::kdf::expand(hash_algorithm::sha256, secret, byte_view{info}.first(label.size() + id.size()), token);
  return token;
}

}  // namespace quoin
