// SPDX-License-Identifier: BSL-1.0
/// \file
/// Version Negotiation packets (RFC 8999 6, RFC 9000 17.2.1).
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/wire/packet/invariants.hpp>

namespace quoin::wire {

/// Views point into the datagram.
struct version_negotiation_packet {
  byte_view destination;
  byte_view source;
  byte_view versions;  ///< four bytes each, at least one

  /// Calls `visit(std::uint32_t)` for each version, in the order in which they were sent.
  template <class Visit>
  constexpr void for_each_version(Visit visit) const {
    byte_reader reader{versions};
    while (auto const v = reader.u32()) visit(*v);
  }
};

/// Nothing when the packet is of another kind, is cut short, or lists no version or part of one.
constexpr std::optional<version_negotiation_packet> read_version_negotiation(byte_view datagram) noexcept {
  auto const start = read_invariant_header(datagram, 0);
  if (!start || !start->long_form || version{start->version} != version::negotiation) return std::nullopt;
  auto const versions = datagram.subspan(start->size);
  if (versions.empty() || versions.size() % 4 != 0) return std::nullopt;
  return version_negotiation_packet{start->destination, start->source, versions};
}

/// Writes the answer to a packet of an unknown version: `destination` is that packet's source and `source` its
/// destination, both up to 255 bytes (RFC 8999 6). The low six of `first_byte_random` go into the first byte; the fixed
/// bit is set so that the packet passes for QUIC where that is looked at (RFC 9000 17.2.1). False, with nothing
/// written, when there is no room or an ID is too long.
constexpr bool write_version_negotiation(byte_writer& writer, byte_view destination, byte_view source,
                                         std::span<std::uint32_t const> versions,
                                         std::uint8_t first_byte_random) noexcept {
  auto out = writer;
  auto const first = static_cast<std::uint8_t>(long_form_bit | fixed_bit | (first_byte_random & 0x3f));
  auto const none = static_cast<std::uint32_t>(version::negotiation);
  if (!detail::write_long_invariants(out, first, none, destination, source)) return false;
  for (auto const v : versions)
    if (!out.u32(v)) return false;
  writer = out;
  return true;
}

}  // namespace quoin::wire
