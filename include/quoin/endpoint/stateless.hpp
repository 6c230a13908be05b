// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an endpoint says to strangers without remembering them: Version Negotiation, Retry, refusal, stateless reset.
#pragma once

#include <quoin/handshake/address_token.hpp>
#include <quoin/handshake/reset_token.hpp>
#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/wire/frame/close.hpp>
#include <quoin/wire/packet/invariants.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

#include <algorithm>
#include <span>

namespace quoin {

/// A list of what we speak, with the two connection IDs swapped (RFC 9000 6.1, 17.2.1). Empty when it does not fit.
inline byte_span write_version_answer(byte_span room, wire::invariant_header const& asked,
                                      std::span<version const> ours, std::uint8_t random) {
  std::array<std::uint32_t, 16> versions{};
  std::size_t count = 0;
  // RFC 9000 6.3: a reserved version keeps clients honest about ignoring what they do not know.
  versions[count++] = 0x0a0a0a0aU | (std::uint32_t{random} & 0xf0U) << 24 | (std::uint32_t{random} & 0x0fU) << 4;
  for (auto const v : ours)
    if (count < versions.size() && !is_reserved(v)) versions[count++] = static_cast<std::uint32_t>(v);
  byte_writer writer{room};
  if (!wire::write_version_negotiation(writer, asked.source, asked.destination, std::span{versions}.first(count),
                                       random))
    return {};
  return writer.written();
}

/// A Retry that gives the client `retry_source` and `token` (RFC 9000 17.2.5).
template <packet_protection P>
byte_span write_retry(byte_span room, wire::long_header const& initial, connection_id const& retry_source,
                      byte_view token, std::uint8_t random) {
  byte_writer writer{room};
  if (!wire::write_retry_without_tag(writer, initial.version, initial.source, retry_source, token, random)) return {};
  auto const tag = retry_integrity_tag<P>(initial.version, initial.destination, writer.written());
  if (!writer.bytes(tag)) return {};
  return writer.written();
}

/// Whether the Initial packet that `datagram` starts with is what some client has made. It is opened in place.
template <packet_protection P>
bool authenticates(wire::long_header const& initial, byte_span datagram) {
  level_keys<P> keys;
  auto const secrets = derive_initial_secrets<typename P::kdf>(initial.version, initial.destination.view());
  keys.install(key_direction::open, initial.version, cipher_suite::aes_128_gcm_sha256, secrets.client.view());
  packet_to_open packet{};
  packet.bytes = datagram.first(initial.packet_size);
  packet.packet_number_offset = initial.packet_number_offset;
  keys.open({&packet, 1});
  return packet.status == open_status::opened;
}

/// An Initial packet that only says why there will be no connection (RFC 9000 5.2.2, 10.2.3). Empty when it does not
/// fit.
template <packet_protection P>
byte_span write_refusal(byte_span room, wire::long_header const& initial, connection_id const& source,
                        transport_error const& why) {
  byte_writer writer{room};
  auto const header =
      wire::write_long_header(writer, event::packet_kind::initial, initial.version, initial.source, source, {}, 0, 1);
  wire::connection_close_frame const close{false, static_cast<std::uint64_t>(why.code), why.frame_type,
                                           as_bytes(why.reason)};
  if (!header || !wire::write(writer, close) || writer.reserve(aead_tag_size).empty()) return {};
  auto const packet = writer.written();
  wire::patch_length(packet, *header, packet.size());
  level_keys<P> keys;
  auto const secrets = derive_initial_secrets<typename P::kdf>(initial.version, initial.destination.view());
  keys.install(key_direction::seal, initial.version, cipher_suite::aes_128_gcm_sha256, secrets.server.view());
  packet_to_seal to_seal{packet, header->packet_number_offset, 1, 0};
  keys.seal({&to_seal, 1});
  return packet;
}

/// The largest stateless reset we send: as long as the smallest packets of a busy connection, to look like one.
inline constexpr std::size_t stateless_reset_size = 42;

/// Random bytes that end in the token of the connection that `trigger` was meant for; shorter than `trigger`, so that
/// two endpoints cannot answer each other for ever (RFC 9000 10.3, 10.3.3). Empty when the trigger is too short.
template <packet_protection P, class Entropy>
byte_span write_stateless_reset(byte_span room, std::size_t trigger_size, connection_id const& destination,
                                byte_view secret, Entropy& entropy) {
  constexpr std::size_t smallest = 21;
  if (trigger_size <= smallest) return {};
  auto const size = std::min(stateless_reset_size, trigger_size - 1);
  auto const packet = room.first(size);
  entropy.fill(packet);
  packet[0] = static_cast<std::uint8_t>((packet[0] & 0x3f) | 0x40);
  auto const token = make_reset_token<P>(secret, destination);
  std::copy(token.begin(), token.end(), packet.end() - static_cast<std::ptrdiff_t>(token.size()));
  return packet;
}

}  // namespace quoin
