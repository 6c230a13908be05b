// SPDX-License-Identifier: BSL-1.0
/// \file
/// The plainest connection IDs: random bytes that tell an observer nothing.
#pragma once

#include <quoin/policy/cid_format.hpp>

namespace quoin {

/// IDs of `Size` random bytes, 4 to 20. Nothing in one relates it to another of the same connection (RFC 9000 5.1).
/// Eight bytes are enough for validating an address by the use of an ID (RFC 9000 8.1) and to make collisions rare.
template <std::size_t Size>
struct random_cid {
  static_assert(Size >= 4 && Size <= connection_id::max_size, "quoin: a random_cid has 4 to 20 bytes (RFC 9000 17.2)");
  static constexpr std::size_t size = Size;

  [[nodiscard]] constexpr connection_id make(cid_randomness randomness) const noexcept {
    return *connection_id::from(randomness.first(Size));
  }
};

}  // namespace quoin
