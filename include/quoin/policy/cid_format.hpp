// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `cid_format` slot: how the connection IDs that we issue look.
#pragma once

#include <quoin/core/connection_id.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace quoin {

/// Random bytes from which a format makes one connection ID.
using cid_randomness = std::span<std::uint8_t const, connection_id::max_size>;

/// Makes connection IDs of one length, so that short headers can be parsed (RFC 9000 5.1, 17.3.1).
///
///   - `F::size`: bytes of every ID, 4 to 20
///   - `format.make(r)`: an ID from fresh randomness; other randomness gives another ID with high probability
///
/// Made by the endpoint and by each connection, from nothing.
/// Models: `random_cid<N>`.
template <class F>
concept connection_id_format = std::default_initializable<F> && requires(F& format, cid_randomness randomness) {
  { F::size } -> std::convertible_to<std::size_t>;
  requires F::size >= 4 && F::size <= connection_id::max_size;
  { format.make(randomness) } noexcept -> std::same_as<connection_id>;
};

}  // namespace quoin
