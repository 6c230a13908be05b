// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `entropy` slot: bytes that nobody can predict.
#pragma once

#include <quoin/base/bytes.hpp>

#include <concepts>

namespace quoin {

/// Fills memory with random bytes: connection IDs, tokens, path challenges, skipped packet numbers, hash keys.
/// `fork()` gives a connection a source of its own, which must not repeat what this one gives.
/// A stack that talks to strangers needs a cryptographic source.
/// Models: `system_entropy`, `seeded_entropy` (tests).
template <class E>
concept entropy_source = std::move_constructible<E> && requires(E& entropy, byte_span room) {
  { entropy.fill(room) } noexcept -> std::same_as<void>;
  { entropy.fork() } -> std::same_as<E>;
};

}  // namespace quoin
