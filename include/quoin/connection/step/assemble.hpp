// SPDX-License-Identifier: BSL-1.0
/// \file
/// What goes into the next packet of each level, in the order of its importance (RFC 9000 13).
#pragma once

#include <quoin/connection/step/last_acks.hpp>
#include <quoin/connection/step/packet_draft.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/wire/frame/ack.hpp>
#include <quoin/wire/frame/bare.hpp>
#include <quoin/wire/frame/connection_id.hpp>
#include <quoin/wire/frame/multipath.hpp>

#include <array>
#include <span>

namespace quoin::step {

/// The most likely one first.
inline constexpr std::array levels_to_ask{encryption_level::one_rtt, encryption_level::handshake,
                                          encryption_level::initial, encryption_level::early_data};

/// The order in which a receiver gets the keys. Who has discarded those of the handshake (RFC 9001 4.9) has only the
/// last.
template <class Stack>
std::span<encryption_level const> levels_in_order(connection_state<Stack> const& state) {
  static constexpr std::array all{encryption_level::initial, encryption_level::early_data, encryption_level::handshake,
                                  encryption_level::one_rtt};
  return std::span{all}.last(state.handshake_discarded ? 1 : all.size());
}

/// Whether the peer is to be told of connection IDs. Where paths have IDs, an extension does it.
template <class Stack>
bool has_connection_ids(connection_state<Stack> const& state) {
  return !names_paths(state) && (state.local_ids.has_pending() || state.peer_ids.has_pending());
}

/// Whether a level has anything but acknowledgements to send.
template <class Stack>
bool has_frames(connection_state<Stack> const& state, encryption_level level) {
  auto const space = space_of(level);
  if (level == encryption_level::early_data)
    return state.recovery.probes_owed(space) > 0 || state.ping_pending || state.streams.has_data() ||
           state.streams.has_control();
  if (!may_carry_frames(state)) return state.recovery.probes_owed(space) > 0;
  if (state.crypto_streams[index_of(space)].has_pending() || state.recovery.probes_owed(space) > 0) return true;
  if (level != encryption_level::one_rtt) return false;
  return state.handshake_done_pending || state.new_token_pending || state.ping_pending || has_connection_ids(state) ||
         state.streams.has_data() || state.streams.has_control() || state.extensions.has_frames(state);
}

/// The same for all levels that there are keys for.
template <class Stack>
bool has_frames(connection_state<Stack> const& state) {
  for (auto const level : levels_to_ask)
    if (can_seal(state, level) && has_frames(state, level)) return true;
  return false;
}

/// draft-ietf-quic-multipath 2.3: once that is agreed on, an ACK frame of 1-RTT packets says of which path they are.
template <class Stack>
bool write_ack_frame(connection_state<Stack>& state, packet_space space, byte_writer& writer, std::uint64_t raw_delay,
                     ecn_counts const* marks) {
  auto const& ranges = state.received_in(space).ranges();
  if constexpr (speaks_multipath<Stack>) {
    if (space == packet_space::application && names_paths(state))
      return wire::write_path_ack(writer, state.path_spaces.in_hand(), ranges, raw_delay, marks) > 0;
  }
  return wire::write_ack(writer, ranges, raw_delay, marks) > 0;
}

/// False when there was no room. Until `note_acknowledgement` it may be taken back.
template <class Stack>
bool write_acknowledgement(connection_state<Stack>& state, packet_space space, byte_writer& writer, sent_frames& frames,
                           instant now) {
  auto const& received = state.received_in(space);
  auto const raw_delay = raw_ack_delay(state, received, now);
  auto const* marks = received.counts().any() ? &received.counts() : nullptr;
  if (!write_ack_frame(state, space, writer, raw_delay, marks)) return false;
  frames.push_back({sent_frame::kind::ack, false, 0, 0, received.largest()});
  return true;
}

template <class Stack>
void note_acknowledgement(connection_state<Stack>& state, packet_space space) {
  auto& received = state.received_in(space);
  received.on_ack_sent();
  if (space == packet_space::application) state.application_keys.on_ack_sent(received.largest());
}

/// Writes `frame` and remembers it, if there is room for both; then it is no longer pending.
template <class Frame>
bool write_and_record(byte_writer& writer, sent_frames& frames, Frame const& frame, sent_frame const& record) {
  if (frames.full() || !wire::write(writer, frame)) return false;
  frames.push_back(record);
  return true;
}

template <class Stack>
void write_connection_ids(connection_state<Stack>& state, byte_writer& writer, sent_frames& frames) {
  while (auto const pending = state.local_ids.next_pending()) {
    wire::new_connection_id_frame const frame{pending->sequence, pending->retire_prior_to, pending->id, pending->token};
    if (!write_and_record(writer, frames, frame, {sent_frame::kind::new_connection_id, false, 0, pending->sequence, 0}))
      return;
    state.local_ids.mark_sent(pending->sequence);
  }
  while (auto const sequence = state.peer_ids.next_pending()) {
    if (!write_and_record(writer, frames, wire::retire_connection_id_frame{*sequence},
                          {sent_frame::kind::retire_connection_id, false, 0, *sequence, 0}))
      return;
    state.peer_ids.mark_sent(*sequence);
  }
}

/// Frames that application packets carry: all of them 1-RTT packets, those about streams also 0-RTT ones. Of the others
/// that RFC 9000 12.4 lets a client send early it has none before the handshake is complete.
template <class Stack>
void write_application_frames(connection_state<Stack>& state, byte_writer& writer, packet_draft& draft, bool probing,
                              instant now) {
  auto& frames = draft.frames;
  if (draft.level == encryption_level::early_data) {
    state.streams.write_control(writer, frames);
    state.streams.write_data(writer, frames);
    return;
  }
  if (state.handshake_done_pending && write_and_record(writer, frames, wire::handshake_done_frame{},
                                                       {sent_frame::kind::handshake_done, false, 0, 0, 0}))
    state.handshake_done_pending = false;
  if (state.new_token_pending && write_and_record(writer, frames, wire::new_token_frame{state.new_token},
                                                  {sent_frame::kind::new_token, false, 0, 0, 0}))
    state.new_token_pending = false;
  if (!names_paths(state)) write_connection_ids(state, writer, frames);
  state.streams.write_control(writer, frames);
  state.extensions.write_frames(state, writer, frames, frame_place::before_streams, probing, now);
  state.streams.write_data(writer, frames);
  state.extensions.write_frames(state, writer, frames, frame_place::after_streams, probing, now);
}

/// What has leave to be sent; `after_ack` is how much of the packet there is without it.
template <class Stack>
void write_permitted_frames(connection_state<Stack>& state, byte_writer& writer, packet_draft& draft,
                            std::size_t after_ack, instant now) {
  auto const space = space_of(draft.level);
  bool const probing = state.recovery.probes_owed(space) > 0;
  bool const of_application = space == packet_space::application;
  bool const carries = may_carry_frames(state);
  if (draft.level != encryption_level::early_data && carries) {
    auto& crypto = state.crypto_of(space);
    // RFC 9002 6.2.4: the second of two probes repeats the handshake too; either may be the one that gets through.
    if (probing && !of_application && !crypto.has_pending()) crypto.send_again();
    crypto.write_frame(writer, draft.frames);
  }
  if (of_application && carries) write_application_frames(state, writer, draft, probing, now);
  bool const asked = state.ping_pending && of_application && carries;
  bool const must_ping = asked || (probing && writer.size() == after_ack);
  if (must_ping && write_and_record(writer, draft.frames, wire::ping_frame{}, {sent_frame::kind::ping, false, 0, 0, 0}))
    state.ping_pending = state.ping_pending && !asked;
}

/// Fills a draft. `sending` says that there are frames and that they may be sent now; acknowledgements need no
/// permission (RFC 9002 7). Returns false when nothing was written.
template <class Stack>
bool fill_draft(connection_state<Stack>& state, packet_draft& draft, bool sending, instant now) {
  auto const space = space_of(draft.level);
  auto const probing = state.recovery.probes_owed(space) > 0;
  byte_writer writer{draft.payload_room()};

  auto& received = state.received_in(space);
  // RFC 9000 12.5: nothing is acknowledged in 0-RTT packets.
  auto const may_ack = draft.level != encryption_level::early_data;
  // An acknowledgement in the handshake that is lost is not said again by itself; the peer's timer may have backed off
  // for long by the time it probes, and ours is the one that is due (RFC 9002 6.2.4).
  auto const says_again = probing && space != packet_space::application && received.largest() != no_packet;
  bool const wanted = says_again || (received.has_something_to_ack() && (sending || received.ack_due(now)));
  bool acknowledges = may_ack && wanted && write_acknowledgement(state, space, writer, draft.frames, now);
  bool const of_others = draft.level == encryption_level::one_rtt && write_last_acks(state, writer, draft.frames, now);
  auto after_ack = writer.size();

  if (sending) {
    while (true) {
      write_permitted_frames(state, writer, draft, after_ack, now);
      if (!acknowledges || of_others || writer.size() != after_ack || received.is_asked()) [[likely]]
        break;
      // RFC 9000 13.2.1: what nothing asked for is not said alone, and it may have taken the room of a frame that is
      // never divided.
      acknowledges = false;
      writer.rewind(after_ack = 0);
      draft.frames.clear();
    }
  } else if (draft.level == encryption_level::one_rtt && after_ack > 0 && may_carry_frames(state) &&
             state.recovery.doubts_acknowledgements(now)) {
    write_and_record(writer, draft.frames, wire::ping_frame{}, {sent_frame::kind::ping, false, 0, 0, 0});
  }
  if (acknowledges) note_acknowledgement(state, space);
  draft.payload_size = writer.size();
  draft.ack_eliciting = writer.size() > after_ack;
  if (draft.payload_size == 0) return false;
  draft.pad_for_sample();
  return true;
}

}  // namespace quoin::step
