// SPDX-License-Identifier: BSL-1.0
/// \file
/// Connection IDs, tokens and frames with a number on them.
#pragma once

#include <quoin/cid/local_ids.hpp>

namespace made {

inline quoin::connection_id id(std::uint8_t number, std::size_t size = 8) {
  std::array<std::uint8_t, 20> bytes{};
  bytes.fill(number);
  return *quoin::connection_id::from(quoin::byte_view{bytes}.first(size));
}

inline quoin::stateless_reset_token token(std::uint8_t number) {
  quoin::stateless_reset_token bytes{};
  bytes.fill(static_cast<std::uint8_t>(number + 100));
  return bytes;
}

/// NEW_CONNECTION_ID number `sequence`, with the ID and the token of that number.
inline quoin::pending_id frame(std::uint64_t sequence, std::uint64_t retire_prior_to = 0) {
  auto const number = static_cast<std::uint8_t>(sequence);
  return {sequence, retire_prior_to, id(number), token(number)};
}

}  // namespace made
