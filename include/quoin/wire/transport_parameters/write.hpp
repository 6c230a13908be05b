// SPDX-License-Identifier: BSL-1.0
/// \file
/// Encodes transport parameters (RFC 9000 18).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/wire/transport_parameters/values.hpp>

namespace quoin::wire {

namespace detail {

/// Writes one parameter after another into a writer that remembers failure.
class parameter_writer {
 public:
  constexpr explicit parameter_writer(byte_writer& out) noexcept : out_(out) {}

  constexpr void bytes(parameter_id id, byte_view value) noexcept {
    out_.varint(static_cast<std::uint64_t>(id));
    out_.varint_prefixed_bytes(value);
  }

  constexpr void bytes(parameter_id id, std::optional<connection_id> const& value) noexcept {
    if (value) bytes(id, value->view());
  }

  /// What equals the value that holds without it is left out.
  constexpr void number(parameter_id id, std::uint64_t value, std::uint64_t absent) noexcept {
    if (value == absent) return;
    out_.varint(static_cast<std::uint64_t>(id));
    out_.varint(varint_size(value));
    out_.varint(value);
  }

  constexpr void flag(parameter_id id, bool value) noexcept {
    if (value) bytes(id, byte_view{});
  }

  constexpr void versions(wire::version_information const& info) noexcept {
    out_.varint(static_cast<std::uint64_t>(parameter_id::version_information));
    out_.varint(4 * (1 + info.available.size()));
    out_.u32(static_cast<std::uint32_t>(info.chosen));
    for (auto const v : info.available) out_.u32(static_cast<std::uint32_t>(v));
  }

  constexpr void address(wire::preferred_address const& preferred) noexcept {
    out_.varint(static_cast<std::uint64_t>(parameter_id::preferred_address));
    out_.varint(4 + 2 + 16 + 2 + 1 + preferred.id.size() + preferred.token.size());
    // a family that is not offered is all zeros, as its fields are
    out_.bytes(byte_view{preferred.v4.ip}.first(4));
    out_.u16(preferred.v4.port);
    out_.bytes(preferred.v6.ip);
    out_.u16(preferred.v6.port);
    out_.u8(static_cast<std::uint8_t>(preferred.id.size()));
    out_.bytes(preferred.id.view());
    out_.bytes(preferred.token);
  }

  /// A parameter that nobody knows, of up to 7 bytes, so that ignoring the unknown stays exercised (RFC 9000 18.1).
  constexpr void reserved(std::uint64_t random) noexcept {
    out_.varint(31 * (random >> 40) + 27);
    auto const size = static_cast<std::size_t>(random & 0x7);
    out_.varint(size);
    out_.big_endian(random >> 3, size);
  }

 private:
  byte_writer& out_;
};

/// Whole milliseconds, rounded up: a short timeout must not turn into the 0 that means none.
constexpr std::uint64_t milliseconds_of(duration time) noexcept {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

}  // namespace detail

/// Encodes `parameters` and one reserved parameter (RFC 9000 18.1) made of the random number `grease`. The values must
/// be valid. False, with nothing written, when there is no room.
constexpr bool write(byte_writer& writer, transport_parameters const& parameters, std::uint64_t grease) noexcept {
  using enum parameter_id;
  auto const& p = parameters;
  transport_parameters const absent;
  auto attempt = writer;
  detail::parameter_writer out{attempt};
  out.bytes(original_destination_connection_id, p.original_destination_connection_id);
  out.bytes(initial_source_connection_id, p.initial_source_connection_id);
  out.bytes(retry_source_connection_id, p.retry_source_connection_id);
  if (p.stateless_reset_token) out.bytes(stateless_reset_token, byte_view{*p.stateless_reset_token});
  out.number(max_idle_timeout, detail::milliseconds_of(p.max_idle_timeout), 0);
  out.number(max_udp_payload_size, p.max_udp_payload_size, absent.max_udp_payload_size);
  out.number(initial_max_data, p.initial_max_data, 0);
  out.number(initial_max_stream_data_bidi_local, p.initial_max_stream_data_bidi_local, 0);
  out.number(initial_max_stream_data_bidi_remote, p.initial_max_stream_data_bidi_remote, 0);
  out.number(initial_max_stream_data_uni, p.initial_max_stream_data_uni, 0);
  out.number(initial_max_streams_bidi, p.initial_max_streams_bidi, 0);
  out.number(initial_max_streams_uni, p.initial_max_streams_uni, 0);
  out.number(ack_delay_exponent, p.ack_delay_exponent, absent.ack_delay_exponent);
  out.number(max_ack_delay, detail::milliseconds_of(p.max_ack_delay), detail::milliseconds_of(absent.max_ack_delay));
  out.flag(disable_active_migration, p.disable_active_migration);
  if (p.preferred_address) out.address(*p.preferred_address);
  out.number(active_connection_id_limit, p.active_connection_id_limit, absent.active_connection_id_limit);
  if (p.version_information) out.versions(*p.version_information);
  out.flag(grease_quic_bit, p.grease_quic_bit);
  out.reserved(grease);
  if (!attempt.ok()) return false;
  writer = attempt;
  return true;
}

}  // namespace quoin::wire
