// SPDX-License-Identifier: BSL-1.0
/// \file
/// Initial, 0-RTT and Handshake packets of v1 and v2 (RFC 9000 17.2, RFC 9369 3.2), before and without protection.
#pragma once

#include <quoin/core/connection_id.hpp>
#include <quoin/event/events.hpp>
#include <quoin/wire/packet/invariants.hpp>

namespace quoin::wire {

/// Whether a received packet's fixed bit must be set: not once we have advertised grease_quic_bit (RFC 9287 3).
enum class fixed_bit_rule : std::uint8_t { must_be_set, may_be_anything };

/// A long header up to its packet number, which is still protected. Views point into the datagram.
struct long_header {
  event::packet_kind kind = event::packet_kind::unknown;  ///< initial, zero_rtt or handshake
  quoin::version version = quoin::version::v1;
  std::uint8_t first_byte = 0;  ///< its low four bits are still protected
  connection_id destination;
  connection_id source;
  byte_view token;                       ///< of Initial packets only
  std::size_t packet_number_offset = 0;  ///< from the packet's first byte
  std::size_t packet_size = 0;           ///< the whole packet; what follows in the datagram is another one
};

constexpr bool has_long_header_layout(version v) noexcept {
  return v == version::v1 || v == version::v2;
}

/// The kind that a long header's first byte means in v1 or v2; `unknown` for any other version.
constexpr event::packet_kind long_packet_kind(std::uint8_t first_byte, version v) noexcept {
  using enum event::packet_kind;
  auto const bits = first_byte >> 4 & 0x3;
  constexpr std::array v1_kinds{initial, zero_rtt, handshake, retry};
  constexpr std::array v2_kinds{retry, initial, zero_rtt, handshake};
  if (v == version::v1) return v1_kinds[static_cast<std::size_t>(bits)];
  if (v == version::v2) return v2_kinds[static_cast<std::size_t>(bits)];
  return unknown;
}

namespace detail {

/// The reverse of `long_packet_kind`: form, fixed and type bits; nothing for kinds without a long header of their own.
/// A client that tries a reserved version, to be told of others, writes it as v1 (RFC 9000 6.3, 15).
constexpr std::optional<std::uint8_t> long_first_byte(event::packet_kind kind, version v) noexcept {
  if (is_reserved(v)) v = version::v1;
  for (unsigned bits = 0; bits < 4; ++bits) {
    auto const first = static_cast<std::uint8_t>(long_form_bit | fixed_bit | bits << 4);
    if (long_packet_kind(first, v) == kind && kind != event::packet_kind::unknown) return first;
  }
  return std::nullopt;
}

/// The part that all v1 and v2 long headers share: nothing unless the packet is one, with a fixed bit as `rule` wants
/// it and connection IDs of at most 20 bytes (RFC 9000 17.2).
constexpr std::optional<invariant_header> read_long_start(byte_view packet, fixed_bit_rule rule) noexcept {
  auto const start = read_invariant_header(packet, 0);
  if (!start || !start->long_form || !has_long_header_layout(version{start->version})) return std::nullopt;
  if (rule == fixed_bit_rule::must_be_set && (packet[0] & fixed_bit) == 0) return std::nullopt;
  if (start->destination.size() > connection_id::max_size || start->source.size() > connection_id::max_size)
    return std::nullopt;
  return start;
}

}  // namespace detail

/// Reads the Initial, 0-RTT or Handshake packet that `datagram` starts with. Nothing when it is none of these, is of
/// another version than v1 and v2, or is malformed: such a packet, and what follows it, is to be dropped.
/// That the packet is long enough to be opened is the business of who opens it.
constexpr std::optional<long_header> read_long_header(byte_view datagram,
                                                      fixed_bit_rule rule = fixed_bit_rule::must_be_set) noexcept {
  auto const start = detail::read_long_start(datagram, rule);
  if (!start) return std::nullopt;
  long_header header;
  header.version = version{start->version};
  header.first_byte = datagram[0];
  header.kind = long_packet_kind(header.first_byte, header.version);
  if (header.kind == event::packet_kind::retry) return std::nullopt;
  header.destination = *connection_id::from(start->destination);
  header.source = *connection_id::from(start->source);

  byte_reader reader{datagram.subspan(start->size)};
  if (header.kind == event::packet_kind::initial) {
    auto const token = reader.varint_prefixed_bytes();
    if (!token) return std::nullopt;
    header.token = *token;
  }
  auto const length = reader.varint();
  // RFC 9000 12.2: a packet that says it is longer than its datagram was cut or forged
  if (!length || *length > reader.remaining()) return std::nullopt;
  header.packet_number_offset = start->size + reader.position();
  header.packet_size = header.packet_number_offset + static_cast<std::size_t>(*length);
  return header;
}

/// What the Length of a header that was written can say, in its two bytes, of all that follows it.
inline constexpr std::size_t written_length_max = 0x3fff;

/// Where the parts of a header that was written lie, counted from the packet's first byte.
struct written_header {
  std::size_t length_offset = 0;  ///< of the long form's Length, two bytes to be patched; 0 in the short form
  std::size_t packet_number_offset = 0;
  std::size_t size = 0;  ///< the header with its packet number; the payload starts here
};

/// Writes the header of an Initial, 0-RTT or Handshake packet, with `pn_size` (1 to 4) bytes of the packet number and a
/// Length of 0 for `patch_length`. The token goes into Initial packets only. Nothing, with nothing written, when there
/// is no room or the kind or version has no such header.
constexpr std::optional<written_header> write_long_header(byte_writer& writer, event::packet_kind kind,
                                                          version packet_version, connection_id const& destination,
                                                          connection_id const& source, byte_view token,
                                                          packet_number number, std::size_t pn_size) noexcept {
  QUOIN_ASSERT(pn_size >= 1 && pn_size <= 4);
  auto const first = detail::long_first_byte(kind, packet_version);
  if (!first || kind == event::packet_kind::retry) return std::nullopt;
  auto out = writer;
  auto const start = out.size();
  auto const with_size = static_cast<std::uint8_t>(*first | (pn_size - 1));
  detail::write_long_invariants(out, with_size, static_cast<std::uint32_t>(packet_version), destination.view(),
                                source.view());
  if (kind == event::packet_kind::initial) out.varint_prefixed_bytes(token);
  written_header header;
  header.length_offset = out.size() - start;
  out.varint(0, 2);
  header.packet_number_offset = out.size() - start;
  out.big_endian(number, pn_size);
  header.size = out.size() - start;
  if (!out.ok()) return std::nullopt;
  writer = out;
  return header;
}

/// Fills in the Length of a long header at the start of `packet`, which will take `packet_size_with_tag` bytes in all;
/// does nothing to a short header. At most `written_length_max` bytes from the packet number on.
constexpr void patch_length(byte_span packet, written_header const& header, std::size_t packet_size_with_tag) noexcept {
  if (header.length_offset == 0) return;
  auto const length = packet_size_with_tag - header.packet_number_offset;
  QUOIN_ASSERT(packet_size_with_tag >= header.packet_number_offset && length <= written_length_max);
  byte_writer{packet.subspan(header.length_offset, 2)}.varint(length, 2);
}

}  // namespace quoin::wire
