// SPDX-License-Identifier: BSL-1.0
/// \file
/// The transport parameters that outlive a connection, because early data relies on them (RFC 9000 7.4.1).
#pragma once

#include <quoin/base/byte_writer.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>
#include <quoin/wire/transport_parameters/read.hpp>
#include <quoin/wire/transport_parameters/write.hpp>

#include <array>
#include <vector>

namespace quoin::wire {

/// What both ends remember of a server's parameters. What belongs to one connection, and what has no effect on early
/// data, is as if it had not been sent.
constexpr transport_parameters remembered_of(transport_parameters all) noexcept {
  transport_parameters const absent;
  all.original_destination_connection_id.reset();
  all.initial_source_connection_id.reset();
  all.retry_source_connection_id.reset();
  all.stateless_reset_token.reset();
  all.preferred_address.reset();
  all.ack_delay_exponent = absent.ack_delay_exponent;
  all.max_ack_delay = absent.max_ack_delay;
  return all;
}

/// Whether a server that says `present` may take early data that was sent under `remembered`: nothing that the client
/// counted on has become less.
constexpr bool keeps(transport_parameters const& present, transport_parameters const& remembered) noexcept {
  return present.active_connection_id_limit >= remembered.active_connection_id_limit &&
         present.initial_max_data >= remembered.initial_max_data &&
         present.initial_max_stream_data_bidi_local >= remembered.initial_max_stream_data_bidi_local &&
         present.initial_max_stream_data_bidi_remote >= remembered.initial_max_stream_data_bidi_remote &&
         present.initial_max_stream_data_uni >= remembered.initial_max_stream_data_uni &&
         present.initial_max_streams_bidi >= remembered.initial_max_streams_bidi &&
         present.initial_max_streams_uni >= remembered.initial_max_streams_uni;
}

/// Extensions that a client may use in early data after a server offered them: max_datagram_frame_size (RFC 9221 3) and
/// reset_stream_at (draft-ietf-quic-reliable-stream-reset 3). A peer may know them though we do not.
inline constexpr std::uint64_t remembered_datagram_size = 0x20;
inline constexpr std::uint64_t remembered_reset_stream_at = 0x1d;

/// The same of two encoded sets for those extensions.
constexpr bool keeps_extensions(byte_view present, byte_view remembered) noexcept {
  auto const size_now = find_number_parameter(present, remembered_datagram_size);
  auto const size_then = find_number_parameter(remembered, remembered_datagram_size);
  auto const resets_now = find_flag_parameter(present, remembered_reset_stream_at);
  auto const resets_then = find_flag_parameter(remembered, remembered_reset_stream_at);
  return size_now && size_then && resets_now && resets_then && size_now->value_or(0) >= size_then->value_or(0) &&
         (*resets_now || !*resets_then);
}

/// The remembered ones of an encoded set that a server sent, encoded; empty when it cannot be read.
inline std::vector<std::uint8_t> encode_remembered(byte_view encoded) {
  auto const all = read_transport_parameters(encoded, role::server);
  std::array<std::uint8_t, 512> room{};
  byte_writer writer{room};
  if (!all || !write(writer, remembered_of(*all), 0)) return {};
  if (auto const size = find_number_parameter(encoded, remembered_datagram_size); size && *size)
    write_number_parameter(writer, remembered_datagram_size, **size);
  if (auto const resets = find_flag_parameter(encoded, remembered_reset_stream_at); resets && *resets)
    write_flag_parameter(writer, remembered_reset_stream_at);
  auto const bytes = writer.written();
  return {bytes.begin(), bytes.end()};
}

}  // namespace quoin::wire
