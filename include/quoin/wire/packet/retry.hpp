// SPDX-License-Identifier: BSL-1.0
/// \file
/// Retry packets of v1 and v2 (RFC 9000 17.2.5); making and checking the integrity tag is not done here.
#pragma once

#include <quoin/wire/packet/long_header.hpp>

namespace quoin::wire {

/// Bytes of the tag at a Retry packet's end (RFC 9001 5.8).
inline constexpr std::size_t retry_tag_size = 16;

/// Views point into the datagram.
struct retry_packet {
  quoin::version version = quoin::version::v1;
  connection_id destination;
  connection_id source;     ///< what the client must use as destination from now on
  byte_view token;          ///< not empty
  byte_view integrity_tag;  ///< 16 bytes
  byte_view without_tag;    ///< the packet up to the tag, which the tag protects
};

/// Reads a Retry packet, which takes its whole datagram. Nothing when it is not one or must be dropped unseen: one
/// without a token cannot lead anywhere (RFC 9000 17.2.5.2).
constexpr std::optional<retry_packet> read_retry(byte_view datagram,
                                                 fixed_bit_rule rule = fixed_bit_rule::must_be_set) noexcept {
  auto const start = detail::read_long_start(datagram, rule);
  if (!start) return std::nullopt;
  retry_packet packet;
  packet.version = version{start->version};
  if (long_packet_kind(datagram[0], packet.version) != event::packet_kind::retry) return std::nullopt;
  if (datagram.size() <= start->size + retry_tag_size) return std::nullopt;
  packet.destination = *connection_id::from(start->destination);
  packet.source = *connection_id::from(start->source);
  packet.without_tag = datagram.first(datagram.size() - retry_tag_size);
  packet.integrity_tag = datagram.last(retry_tag_size);
  packet.token = packet.without_tag.subspan(start->size);
  return packet;
}

/// Writes a Retry packet up to its tag. The low four of `unused_bits` go into the first byte and mean nothing. False,
/// with nothing written, when there is no room or the version has no such packet.
constexpr bool write_retry_without_tag(byte_writer& writer, version packet_version, connection_id const& destination,
                                       connection_id const& source, byte_view token,
                                       std::uint8_t unused_bits) noexcept {
  auto const first = detail::long_first_byte(event::packet_kind::retry, packet_version);
  if (!first) return false;
  auto out = writer;
  auto const with_unused = static_cast<std::uint8_t>(*first | (unused_bits & 0x0f));
  if (!detail::write_long_invariants(out, with_unused, static_cast<std::uint32_t>(packet_version), destination.view(),
                                     source.view()) ||
      !out.bytes(token))
    return false;
  writer = out;
  return true;
}

}  // namespace quoin::wire
