// SPDX-License-Identifier: BSL-1.0
/// \file
/// The frames about path IDs, in and out (draft-ietf-quic-multipath 4).
#pragma once

#include <quoin/connection/step/on_ack.hpp>
#include <quoin/connection/step/path_ids.hpp>
#include <quoin/wire/frame/multipath.hpp>

namespace quoin::step {

/// The path that a frame is about; null when it was abandoned, and the frame is to be ignored. PROTOCOL_VIOLATION for
/// an ID that we have not allowed (draft-ietf-quic-multipath 4).
template <class Stack>
result<path_entry<Stack>*> entry_of_frame(connection_state<Stack>& state, std::uint64_t id) {
  auto& spaces = state.path_spaces;
  if (!spaces.negotiated()) return fail(error_code::protocol_violation, "multipath was not agreed on");
  if (id > spaces.maximum()) return fail(error_code::protocol_violation, "path ID above the maximum that we gave");
  return spaces.find(id);
}

template <class Stack>
result<> on_path_ack(connection_state<Stack>& state, wire::path_ack_frame const& frame, instant now) {
  auto const entry = entry_of_frame(state, frame.path);
  if (!entry) return unexpected{entry.error()};
  auto const phase = state.path_spaces.arrival_phase;
  return on_path(state, static_cast<std::uint32_t>(frame.path),
                 [&] { return on_ack(state, encryption_level::one_rtt, frame.ack, phase, now); });
}

/// draft-ietf-quic-multipath 3.4: it is answered in kind, and what belongs to the path stays for three PTOs.
template <class Stack>
result<> on_path_abandon(connection_state<Stack>& state, wire::path_abandon_frame const& frame, instant now) {
  auto const found = entry_of_frame(state, frame.path);
  if (!found) return unexpected{found.error()};
  auto* const entry = *found;
  if (entry == nullptr || std::exchange(entry->abandoned_by_peer, true)) return {};
  bool const in_use = entry->standing == path_standing::open || entry->standing == path_standing::validating;
  if (in_use && !has_other_path(state, entry->id))
    return fail(error_code::no_viable_path, "the peer has abandoned the only path");
  entry->forget_at = saturating_add(now, closing_time(state));
  abandon_path(state, *entry, static_cast<std::uint64_t>(path_abandon_code::no_error));
  return {};
}

/// draft-ietf-quic-multipath 4.3: only what is newer than what was heard before counts.
template <class Stack>
result<> on_path_status(connection_state<Stack>& state, wire::path_status_frame const& frame) {
  auto const found = entry_of_frame(state, frame.path);
  if (!found) return unexpected{found.error()};
  auto* const entry = *found;
  if (entry == nullptr || (entry->peer_status_sequence && frame.sequence <= *entry->peer_status_sequence)) return {};
  entry->peer_status_sequence = frame.sequence;
  entry->peer_backup = !frame.available;
  return {};
}

template <class Stack>
result<> on_path_new_connection_id(connection_state<Stack>& state, wire::path_new_connection_id_frame const& frame) {
  auto const found = entry_of_frame(state, frame.path);
  if (!found) return unexpected{found.error()};
  auto* const entry = *found;
  if (entry == nullptr || entry->standing == path_standing::abandoned) return {};
  // draft-ietf-quic-multipath 3.2.1: an ID belongs to one path.
  for (auto const& other : state.path_spaces.entries())
    if (other.id != entry->id && peer_ids_of(state, other).contains(frame.issued.id))
      return fail(error_code::protocol_violation, "a connection ID was issued for two paths");
  return peer_ids_of(state, *entry).on_new_connection_id(frame.issued);
}

template <class Stack>
result<> on_path_retire_connection_id(connection_state<Stack>& state,
                                      wire::path_retire_connection_id_frame const& frame) {
  auto const found = entry_of_frame(state, frame.path);
  if (!found) return unexpected{found.error()};
  auto* const entry = *found;
  if (entry == nullptr || entry->standing == path_standing::abandoned) return {};
  auto const retired = local_ids_of(state, *entry).on_retire(frame.sequence, state.path_spaces.arrival_destination);
  if (!retired) return unexpected{retired.error()};
  if (*retired) report_id(state, **retired, false);
  if (entry->id == 0)
    issue_into(state, local_ids_of(state, *entry));
  else
    issue_path_connection_ids(state);
  return {};
}

/// draft-ietf-quic-multipath 4.6: what does not raise the limit is ignored, unless it is below where the peer began.
template <class Stack>
result<> on_max_path_id(connection_state<Stack>& state, wire::max_path_id_frame const& frame) {
  auto& spaces = state.path_spaces;
  if (!spaces.negotiated()) return fail(error_code::protocol_violation, "multipath was not agreed on");
  if (frame.maximum < spaces.peer_initial_maximum())
    return fail(error_code::protocol_violation, "MAX_PATH_ID below initial_max_path_id");
  if (frame.maximum <= spaces.peer_maximum()) return {};
  spaces.raise_peer_maximum(static_cast<std::uint32_t>(frame.maximum));
  issue_path_connection_ids(state);
  return {};
}

/// draft-ietf-quic-multipath 4.7: for our information. We raise the limit whenever a path is done with.
template <class Stack>
result<> on_paths_blocked(connection_state<Stack>& state, wire::paths_blocked_frame const& frame) {
  auto const found = entry_of_frame(state, frame.maximum);
  return found ? result<>{} : result<>{unexpected{found.error()}};
}

/// draft-ietf-quic-multipath 4.7: for our information, too. IDs are issued whenever there may be more.
template <class Stack>
result<> on_path_cids_blocked(connection_state<Stack>& state, wire::path_cids_blocked_frame const& frame) {
  auto const found = entry_of_frame(state, frame.path);
  if (!found) return unexpected{found.error()};
  auto* const entry = *found;
  if (entry == nullptr) return {};
  if (frame.next_sequence > local_ids_of(state, *entry).next_sequence())
    return fail(error_code::protocol_violation, "PATH_CIDS_BLOCKED names a connection ID further than the next");
  return {};
}

/// What is remembered of a frame of this extension that was sent.
enum class multipath_note : std::uint8_t {
  max_path_id,  ///< value: the maximum
  abandon,
  status,                ///< value: the sequence number
  new_connection_id,     ///< value: the sequence number
  retire_connection_id,  ///< value: the sequence number
  path_ack,              ///< value: the largest packet number acknowledged
  blocked,
};

/// A note as an extension's record holds it.
struct multipath_record {
  multipath_note what;
  std::uint32_t path;
  std::uint64_t value;

  static multipath_record of(sent_frame const& frame) noexcept {
    return {static_cast<multipath_note>(frame.id & 0xff), static_cast<std::uint32_t>(frame.id >> 8), frame.offset};
  }
  [[nodiscard]] std::uint64_t id() const noexcept {
    return std::uint64_t{path} << 8 | static_cast<std::uint64_t>(what);
  }
};

/// Writes frames one after another as long as there is room for them and for a note of each.
struct multipath_writer {
  byte_writer& out;
  extension_record& record;

  template <class Frame>
  bool operator()(Frame const& frame, multipath_record const& note) {
    if (record.full() || !wire::write(out, frame)) return false;
    record.add(note.id(), note.value);
    return true;
  }
};

/// Whether the peer may be told of connection IDs for this path.
template <class Stack>
bool tells_ids(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  return entry.standing != path_standing::abandoned && entry.id <= common_maximum(state);
}

template <class Stack>
bool write_path_ids(connection_state<Stack>& state, path_entry<Stack>& entry, multipath_writer& write) {
  auto& ours = local_ids_of(state, entry);
  while (auto const pending = ours.next_pending()) {
    wire::path_new_connection_id_frame const frame{
        entry.id, {pending->sequence, pending->retire_prior_to, pending->id, pending->token}};
    if (!write(frame, {multipath_note::new_connection_id, entry.id, pending->sequence})) return false;
    ours.mark_sent(pending->sequence);
  }
  auto& theirs = peer_ids_of(state, entry);
  while (auto const sequence = theirs.next_pending()) {
    if (!write(wire::path_retire_connection_id_frame{entry.id, *sequence},
               {multipath_note::retire_connection_id, entry.id, *sequence}))
      return false;
    theirs.mark_sent(*sequence);
  }
  return true;
}

template <class Stack>
bool write_about_path(connection_state<Stack>& state, path_entry<Stack>& entry, multipath_writer& write) {
  if (entry.abandon_owed) {
    if (!write(wire::path_abandon_frame{entry.id, entry.abandon_code}, {multipath_note::abandon, entry.id, 0}))
      return false;
    entry.abandon_owed = false;
  }
  if (entry.status_owed) {
    if (!write(wire::path_status_frame{entry.id, entry.status_sequence, !entry.backup},
               {multipath_note::status, entry.id, entry.status_sequence}))
      return false;
    entry.status_owed = false;
  }
  if (entry.cids_blocked_owed) {
    if (!write(wire::path_cids_blocked_frame{entry.id, 0}, {multipath_note::blocked, entry.id, 0})) return false;
    entry.cids_blocked_owed = false;
  }
  return !tells_ids(state, entry) || write_path_ids(state, entry, write);
}

template <class Stack>
bool owes_frames(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  if (entry.abandon_owed || entry.status_owed || entry.cids_blocked_owed) return true;
  return tells_ids(state, entry) &&
         (local_ids_of(state, entry).has_pending() || peer_ids_of(state, entry).has_pending());
}

}  // namespace quoin::step

// What the extension's hooks call, found by its argument.
namespace quoin {

template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_ack_frame const& frame, instant now) {
  return step::on_path_ack(state, frame, now);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_abandon_frame const& frame, instant now) {
  return step::on_path_abandon(state, frame, now);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_status_frame const& frame, instant) {
  return step::on_path_status(state, frame);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_new_connection_id_frame const& frame, instant) {
  return step::on_path_new_connection_id(state, frame);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_retire_connection_id_frame const& frame,
                            instant) {
  return step::on_path_retire_connection_id(state, frame);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::max_path_id_frame const& frame, instant) {
  return step::on_max_path_id(state, frame);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::paths_blocked_frame const& frame, instant) {
  return step::on_paths_blocked(state, frame);
}
template <class Stack>
result<> on_multipath_frame(connection_state<Stack>& state, wire::path_cids_blocked_frame const& frame, instant) {
  return step::on_path_cids_blocked(state, frame);
}

template <class Stack>
[[nodiscard]] bool has_multipath_frames(connection_state<Stack> const& state) noexcept {
  auto const& spaces = state.path_spaces;
  if (!step::names_paths(state)) return false;
  return spaces.max_path_id_owed || spaces.paths_blocked_owed ||
         std::any_of(spaces.entries().begin(), spaces.entries().end(),
                     [&](auto const& each) { return step::owes_frames(state, each); });
}

template <class Stack>
void write_multipath_frames(connection_state<Stack>& state, byte_writer& out, extension_record& record) {
  using note = step::multipath_note;
  if (!has_multipath_frames(state)) return;
  auto& spaces = state.path_spaces;
  step::multipath_writer write{out, record};
  if (spaces.max_path_id_owed &&
      write(wire::max_path_id_frame{spaces.maximum()}, {note::max_path_id, 0, spaces.maximum()}))
    spaces.max_path_id_owed = false;
  if (spaces.paths_blocked_owed && write(wire::paths_blocked_frame{spaces.peer_maximum()}, {note::blocked, 0, 0}))
    spaces.paths_blocked_owed = false;
  for (auto& each : spaces.entries())
    if (!step::write_about_path(state, each, write)) return;
}

template <class Stack>
void on_multipath_acked(connection_state<Stack>& state, sent_frame const& frame) {
  auto const note = step::multipath_record::of(frame);
  auto* const entry = state.path_spaces.find(note.path);
  if (entry == nullptr) return;
  switch (note.what) {
    case step::multipath_note::new_connection_id: step::local_ids_of(state, *entry).on_acked(note.value); return;
    case step::multipath_note::retire_connection_id: step::peer_ids_of(state, *entry).on_acked(note.value); return;
    case step::multipath_note::abandon: entry->abandon_heard = true; return;
    case step::multipath_note::path_ack: step::received_of(state, *entry).on_ack_acknowledged(note.value); return;
    default: return;
  }
}

/// Said again if it is still the last word; what only informs, or is overtaken by the next acknowledgement, is not.
template <class Stack>
void on_multipath_lost(connection_state<Stack>& state, sent_frame const& frame) {
  auto const note = step::multipath_record::of(frame);
  auto& spaces = state.path_spaces;
  if (note.what == step::multipath_note::max_path_id) {
    if (note.value == spaces.maximum()) spaces.max_path_id_owed = true;
    return;
  }
  auto* const entry = spaces.find(note.path);
  if (entry == nullptr) return;
  switch (note.what) {
    case step::multipath_note::abandon: entry->abandon_owed = !entry->abandon_heard; return;
    case step::multipath_note::status:
      if (note.value == entry->status_sequence && entry->standing != path_standing::abandoned)
        entry->status_owed = true;
      return;
    case step::multipath_note::new_connection_id: step::local_ids_of(state, *entry).on_lost(note.value); return;
    case step::multipath_note::retire_connection_id: step::peer_ids_of(state, *entry).on_lost(note.value); return;
    default: return;
  }
}

}  // namespace quoin
