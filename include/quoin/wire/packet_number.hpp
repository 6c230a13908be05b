// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packet numbers cut short for the wire and made whole again (RFC 9000 17.1, A.2, A.3).
#pragma once

#include <quoin/core/types.hpp>

namespace quoin::wire {

/// Bytes, 1 to 4, in which `number` must be sent so that a peer that has acknowledged `largest_acked` (`no_packet` when
/// nothing yet) makes it whole: more than twice the numbers in flight must be told apart (RFC 9000 17.1). Before the
/// first acknowledgement that is the whole number.
constexpr std::size_t packet_number_size(packet_number number, packet_number largest_acked) noexcept {
  auto const in_flight = largest_acked == no_packet ? number + 1 : number - largest_acked;
  if (in_flight < std::uint64_t{1} << 7) return 1;
  if (in_flight < std::uint64_t{1} << 15) return 2;
  if (in_flight < std::uint64_t{1} << 23) return 3;
  return 4;
}

/// The packet number nearest to `expected` (largest received + 1, 0 when none) that ends in the `size` bytes of
/// `truncated`.
constexpr packet_number decode_packet_number(std::uint64_t truncated, std::size_t size,
                                             packet_number expected) noexcept {
  auto const window = std::uint64_t{1} << (8 * size);
  auto const half = window / 2;
  auto const candidate = (expected & ~(window - 1)) | truncated;
  if (candidate + half <= expected && candidate <= packet_number_max - window) return candidate + window;
  if (candidate > expected + half && candidate >= window) return candidate - window;
  return candidate;
}

}  // namespace quoin::wire
