// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams about a path: challenges and answers to them, and probes of its MTU (RFC 9000 8.2, 14.4).
#pragma once

#include <quoin/connection/step/assemble.hpp>
#include <quoin/connection/step/paths.hpp>
#include <quoin/connection/step/record_sent.hpp>
#include <quoin/wire/frame/path.hpp>

namespace quoin::step {

/// The path that the oldest answer owed that can leave is to leave on, or where a challenge is due; null when there is
/// nothing that can be sent. One that cannot leave yet holds up none for another path (RFC 9000 8.2.2). Answers for
/// paths that are gone are forgotten.
template <class Stack>
path_record* path_to_probe(connection_state<Stack>& state) {
  auto const ready = [&](path_record& path) {
    return state.recovery.has_window(limits::initial_datagram, path.id) &&
           path.amplification.allowance() >= limits::smallest_probe && destination_on(state, path) != nullptr;
  };
  auto& owed = state.path_responses;
  for (std::size_t i = 0; i < owed.size();) {
    auto* const path = state.paths.find(owed[i].path);
    if (path != nullptr && ready(*path)) return path;
    if (path != nullptr)
      ++i;
    else
      owed.erase_at(i);
  }
  return state.paths.find_if([&](path_record& path) { return path.validation.challenge_due() && ready(path); });
}

/// One datagram with the answers that are owed on a path and the challenge that is due there, if any.
template <class Stack>
std::optional<outgoing> transmit_probe(connection_state<Stack>& state, byte_span room, instant now) {
  auto* const path = can_seal(state, encryption_level::one_rtt) ? path_to_probe(state) : nullptr;
  if (path == nullptr) return std::nullopt;
  auto const allowance = path->amplification.allowance();
  room = room.first(
      static_cast<std::size_t>(std::min({byte_count{room.size()}, byte_count{limits::initial_datagram}, allowance})));
  packet_draft draft;
  if (!start_draft(state, encryption_level::one_rtt, room, *destination_on(state, *path), *path, draft))
    return std::nullopt;

  byte_writer writer{draft.payload_room()};
  auto& owed = state.path_responses;
  for (std::size_t i = 0; i < owed.size();) {
    if (state.paths.find(owed[i].path) != path)
      ++i;
    else if (wire::write(writer, wire::path_response_frame{owed[i].data}))
      owed.erase_at(i);
    else
      break;
  }
  // RFC 9000 8.2.1, 8.2.2: full-sized unless that is more than may be sent.
  bool const full_sized = room.size() >= limits::initial_datagram;
  if (path->validation.challenge_due()) {
    wire::path_challenge_frame challenge;
    state.entropy.fill(challenge.data);
    if (wire::write(writer, challenge)) path->validation.on_sent(challenge.data, full_sized, now);
  }
  if (writer.size() == 0) return std::nullopt;
  // RFC 9000 9.3.3: on the path in use an answer should be more than a probe, and elsewhere no more than that (9.1). It
  // takes what room is left: where little may be sent, many ranges would push out what the datagram is for.
  if (path == &state.paths.active() && state.received_in(packet_space::application).has_something_to_ack() &&
      write_acknowledgement(state, packet_space::application, writer, draft.frames, now))
    note_acknowledgement(state, packet_space::application);
  draft.payload_size = writer.size();
  draft.ack_eliciting = true;
  if (full_sized) draft.pad_to(limits::initial_datagram);
  return seal_alone(state, draft, *path, false, now);
}

/// RFC 8899 4.1: one datagram that is larger than what the path is known to carry, and that nobody misses.
template <class Stack>
std::optional<outgoing> transmit_mtu_probe(connection_state<Stack>& state, byte_span room, instant now) {
  auto& path = state.paths.active();
  // Nothing that the peer waits for has to wait for a guess.
  if (!state.handshake_confirmed || state.handshake_done_pending || !path.validated) return std::nullopt;
  auto const size = path.mtu.probe_due(now);
  if (size == 0 || size > room.size() || !state.recovery.has_window(size)) return std::nullopt;
  packet_draft draft;
  if (!start_draft(state, encryption_level::one_rtt, room.first(size), state.peer_ids.current(), path, draft))
    return std::nullopt;
  byte_writer writer{draft.payload_room()};
  write_and_record(writer, draft.frames, wire::ping_frame{},
                   {sent_frame::kind::mtu_probe, false, static_cast<std::uint32_t>(size), path.id, 0});
  draft.payload_size = writer.size();
  draft.ack_eliciting = true;
  draft.pad_to(size);
  path.mtu.on_probe_sent(size);
  return seal_alone(state, draft, path, true, now);
}

}  // namespace quoin::step
