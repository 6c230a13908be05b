// SPDX-License-Identifier: BSL-1.0
/// \file
/// What stays true of packets in every version of QUIC (RFC 8999 5).
#pragma once

#include <quoin/base/byte_reader.hpp>
#include <quoin/base/byte_writer.hpp>

#include <limits>

namespace quoin::wire {

/// First byte: the long form of the header.
inline constexpr std::uint8_t long_form_bit = 0x80;
/// First byte: "fixed" in v1 and v2, free for other values once a peer has allowed it (RFC 9000 17.2, RFC 9287).
inline constexpr std::uint8_t fixed_bit = 0x40;

/// The fields by which a packet of any version finds its connection. Views point into the datagram.
struct invariant_header {
  bool long_form = false;
  std::uint32_t version = 0;  ///< 0 in the short form, and in Version Negotiation packets
  byte_view destination;      ///< up to 255 bytes in the long form
  byte_view source;           ///< empty in the short form
  std::size_t size = 0;       ///< bytes up to and with the last of these fields
};

namespace detail {

/// A connection ID after the byte that says how long it is.
constexpr std::optional<byte_view> read_sized_id(byte_reader& reader) noexcept {
  auto const size = reader.u8();
  if (!size) return std::nullopt;
  return reader.bytes(*size);
}

}  // namespace detail

/// Reads the header that `datagram` starts with; nothing when it is cut short. A short header does not say how long its
/// connection ID is: that is `short_id_size`, as we chose it.
constexpr std::optional<invariant_header> read_invariant_header(byte_view datagram,
                                                                std::size_t short_id_size) noexcept {
  byte_reader reader{datagram};
  auto const first = reader.u8();
  if (!first) return std::nullopt;
  if ((*first & long_form_bit) == 0) {
    auto const destination = reader.bytes(short_id_size);
    if (!destination) return std::nullopt;
    return invariant_header{false, 0, *destination, {}, reader.position()};
  }
  auto const version = reader.u32();
  auto const destination = detail::read_sized_id(reader);
  auto const source = detail::read_sized_id(reader);
  if (!version || !destination || !source) return std::nullopt;
  return invariant_header{true, *version, *destination, *source, reader.position()};
}

namespace detail {

/// The first byte, version and connection IDs that every long header starts with. Fails, perhaps half-way, when there
/// is no room or an ID is longer than 255 bytes.
constexpr bool write_long_invariants(byte_writer& writer, std::uint8_t first_byte, std::uint32_t version,
                                     byte_view destination, byte_view source) noexcept {
  constexpr std::size_t longest = std::numeric_limits<std::uint8_t>::max();
  if (destination.size() > longest || source.size() > longest) return false;
  return writer.u8(first_byte) && writer.u32(version) && writer.u8(static_cast<std::uint8_t>(destination.size())) &&
         writer.bytes(destination) && writer.u8(static_cast<std::uint8_t>(source.size())) && writer.bytes(source);
}

}  // namespace detail

}  // namespace quoin::wire
