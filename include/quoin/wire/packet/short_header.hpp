// SPDX-License-Identifier: BSL-1.0
/// \file
/// 1-RTT packets (RFC 9000 17.3). On receipt they have nothing to read beyond the invariants until they are opened.
#pragma once

#include <quoin/wire/packet/long_header.hpp>

namespace quoin::wire {

inline constexpr std::uint8_t spin_bit = 0x20;
inline constexpr std::uint8_t key_phase_bit = 0x04;

/// Writes a short header with `pn_size` (1 to 4) bytes of the packet number. Nothing, with nothing written, when there
/// is no room.
constexpr std::optional<written_header> write_short_header(byte_writer& writer, connection_id const& destination,
                                                           bool spin, bool key_phase, packet_number number,
                                                           std::size_t pn_size) noexcept {
  QUOIN_ASSERT(pn_size >= 1 && pn_size <= 4);
  if (writer.remaining() < 1 + destination.size() + pn_size) return std::nullopt;
  auto const first = fixed_bit | spin_bit * spin | key_phase_bit * key_phase | (pn_size - 1);
  writer.u8(static_cast<std::uint8_t>(first));
  writer.bytes(destination.view());
  writer.big_endian(number, pn_size);
  return written_header{0, 1 + destination.size(), 1 + destination.size() + pn_size};
}

}  // namespace quoin::wire
