// SPDX-License-Identifier: BSL-1.0
/// \file
/// The CONNECTION_CLOSE goes out at every level that the peer may be able to read (RFC 9000 10.2.3).
#pragma once

#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/packet_draft.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/policy/io.hpp>
#include <quoin/wire/frame/close.hpp>

namespace quoin::step {

/// The frame as it may stand in packets of `level`: an application's words only where they are confidential, and no
/// more of them than surely fit.
template <class Stack>
wire::connection_close_frame close_frame_for(connection_state<Stack> const& state, encryption_level level) {
  auto const& why = *state.closed_by;
  if (why.application && level != encryption_level::one_rtt)
    return {false, static_cast<std::uint64_t>(error_code::application_error), 0, {}};
  auto const reason = std::string_view{why.reason}.substr(0, limits::close_reason);
  return {why.application, why.code, why.frame_type, as_bytes(reason)};
}

/// Seals one packet with the close into `room`; returns its size.
template <class Stack>
std::size_t write_close_packet(connection_state<Stack>& state, encryption_level level, byte_span room,
                               std::size_t pad_to, instant now) {
  packet_draft draft;
  if (!can_seal(state, level) || !start_draft(state, level, room, draft)) return 0;
  byte_writer writer{draft.payload_room()};
  auto frame = close_frame_for(state, level);
  if (!wire::write(writer, frame)) {
    // Where little may be sent, the code is worth more than the words.
    frame.reason = {};
    if (!wire::write(writer, frame)) return 0;
  }
  draft.payload_size = writer.size();
  draft.pad_to(std::min(pad_to, room.size()));
  auto const packet = room.first(draft.size());
  if (level != encryption_level::one_rtt) wire::patch_length(packet, draft.header, packet.size());
  state.tell([&] {
    return event::packet_sent{
        now,          kind_of(level),          draft.number,          packet.size(), draft.payload(),
        ecn::not_ect, state.paths.active().id, path_id_in_hand(state)};
  });
  state.recovery.on_sent(space_of(level),
                         {draft.number, packet.size(), false, false, ecn::not_ect, state.paths.active().id}, {}, now);
  ++state.counts.packets_sent;
  packet_to_seal to_seal{packet, draft.header.packet_number_offset, draft.number_size, draft.number};
  if (level == encryption_level::initial)
    state.initial_keys.seal({&to_seal, 1});
  else if (level == encryption_level::handshake)
    state.handshake_keys.seal({&to_seal, 1});
  else
    state.application_keys.seal({&to_seal, 1});
  return packet.size();
}

/// What arrives while closing is not opened, so it may be forged: the answers to it together stay within three times
/// its size (RFC 9000 10.2.1).
template <class Stack>
byte_count repeat_allowance(connection_state<Stack> const& state) {
  auto const most = limits::amplification_factor * state.received_while_closing;
  return most - std::min(most, state.repeated_while_closing);
}

/// How large a datagram with the close may be.
template <class Stack>
std::size_t close_room(connection_state<Stack> const& state, std::size_t room) {
  auto const& path = state.paths.active();
  auto const most = std::min<byte_count>(room, path.datagram_size());
  auto const allowed = std::min(most, path.amplification.allowance());
  return static_cast<std::size_t>(state.close_sent ? std::min(allowed, repeat_allowance(state)) : allowed);
}

/// Nothing is written where too little has come for an answer. The first time it is said as soon as enough has.
template <class Stack>
std::optional<outgoing> transmit_close(connection_state<Stack>& state, byte_span room, instant now) {
  // Whoever has no room for a whole datagram may have some later.
  if (!state.close_pending || room.size() < limits::initial_datagram) return std::nullopt;
  // RFC 9001 4.9.1: a client that can send Handshake packets has no more use for Initial ones.
  if (state.self == role::client && can_seal(state, encryption_level::handshake)) discard_initial(state, now);
  bool const has_initial = can_seal(state, encryption_level::initial);
  bool const has_handshake = can_seal(state, encryption_level::handshake);
  bool const has_one_rtt = can_seal(state, encryption_level::one_rtt);
  bool const has_keys = has_initial || has_handshake || has_one_rtt;
  bool const repeating = state.close_sent;
  state.close_pending = has_keys && !repeating;
  if (!has_keys && !repeating) state.phase = life_phase::gone;
  if (!has_keys) return std::nullopt;
  room = room.first(close_room(state, room.size()));
  if (has_initial && room.size() < limits::initial_datagram) return std::nullopt;

  std::size_t size = 0;
  // The last packet carries the padding that an Initial obliges to (RFC 9000 14.1).
  auto const write = [&](encryption_level level, bool last) {
    auto const fill = last && has_initial && size < limits::initial_datagram ? limits::initial_datagram - size : 0;
    size += write_close_packet(state, level, room.subspan(size), fill, now);
  };
  if (has_initial) write(encryption_level::initial, !has_handshake && !has_one_rtt);
  if (has_handshake) write(encryption_level::handshake, !has_one_rtt);
  if (has_one_rtt) write(encryption_level::one_rtt, true);
  if (size == 0) return std::nullopt;
  state.close_sent = true;
  state.close_pending = false;
  auto& path = state.paths.active();
  path.amplification.on_sent(size);
  state.counts.bytes_sent += size;
  if (repeating) state.repeated_while_closing += size;
  return outgoing{path.addresses, room.first(size), size, ecn::not_ect};
}

}  // namespace quoin::step
