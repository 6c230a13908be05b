// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which of several paths may carry what, and what becomes of the frames on a path that has fallen silent
/// (draft-ietf-quic-multipath 3.3, 5.4 to 5.6).
#pragma once

#include <quoin/connection/step/assemble.hpp>
#include <quoin/connection/step/multipath_frames.hpp>

namespace quoin::step {

/// Room for something about each path.
template <class T>
using for_paths = static_vector<T, limits::multipath_paths + 1>;

/// What is in flight there is not answered; it is probed, and carries nothing that another path could.
template <class Stack>
bool is_silent(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  return recovery_of(state, entry).pto_count() > 0;
}

/// The peer seems to be at an address that is not proven, and what came from there lets nothing more be said to it (RFC
/// 9000 8.1).
template <class Stack>
bool is_muted(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  auto const& path = paths_of(state, entry).active();
  return path.amplification.allowance() < path.datagram_size();
}

/// Probes and acknowledgements, at least, may be sent there.
template <class Stack>
bool may_be_sent_on(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  return (entry.standing == path_standing::open || entry.standing == path_standing::validating) &&
         peer_ids_of(state, entry).active() > 0;
}

/// The paths to choose from: those that both ends like to see used; else backups; else, rather than none, silent ones
/// and those on which hardly anything may be said (draft-ietf-quic-multipath 3.3).
template <class Stack>
for_paths<path_entry<Stack> const*> usable_paths(connection_state<Stack> const& state) {
  for_paths<path_entry<Stack> const*> found;
  for (unsigned patience = 0; patience < 3 && found.empty(); ++patience)
    for (auto const& each : state.path_spaces.entries()) {
      unsigned const rank = is_silent(state, each) || is_muted(state, each) ? 2 : each.is_backup() ? 1 : 0;
      if (is_usable(state, each) && rank == patience) found.push_back(&each);
    }
  return found;
}

/// Whether the window of a path has room for a datagram, and, if `paced`, pacing lets it go.
template <class Stack>
bool has_room(connection_state<Stack> const& state, path_entry<Stack> const& entry, bool paced, instant now) {
  auto const& recovery = recovery_of(state, entry);
  auto const size = paths_of(state, entry).active().datagram_size();
  return recovery.has_window(size) && (!paced || !Stack::options.pacing || recovery.pacing_budget(now) >= size);
}

/// Those of `usable` whose windows and pacing let something go now.
template <class Stack>
for_paths<path_choice> path_choices(connection_state<Stack> const& state,
                                    for_paths<path_entry<Stack> const*> const& usable, instant now) {
  for_paths<path_choice> choices;
  for (auto const* const each : usable) {
    auto const& recovery = recovery_of(state, *each);
    if (has_room(state, *each, true, now))
      choices.push_back({each->id, recovery.rtt().smoothed, recovery.send_allowance()});
  }
  return choices;
}

/// Whether a path has something of its own to say that must not wait until it is chosen.
template <class Stack>
bool owes_its_own(connection_state<Stack>& state, path_entry<Stack>& entry, instant now) {
  if (!may_be_sent_on(state, entry)) return false;
  auto const& paths = paths_of(state, entry);
  auto const& responses = entry.kept ? entry.kept->path_responses : state.path_responses;
  return received_of(state, entry).ack_due(now) ||
         recovery_of(state, entry).probes_owed(packet_space::application) > 0 || !responses.empty() ||
         paths.challenge_due() || (entry.standing == path_standing::open && paths.active().mtu.probe_due(now) != 0);
}

/// Gives the frames of a silent path to the others, whether or not they are lost.
template <class Stack>
struct offered_frames {
  connection_state<Stack>& state;
  instant now;

  void probe(packet_space space, sent_frame const& frame) {
    if (frame.what == sent_frame::kind::extension) {
      if (frame.length == state.extensions.template index_of<multipath>()) on_multipath_lost(state, frame);
      return;
    }
    frame_outcomes<Stack>{state, now}.probe(space, frame);
  }
};

/// draft-ietf-quic-multipath 5.6: nothing is declared lost on a path that is silent, so what is under way there would
/// wait for ever longer timers, or where nothing may be said, for a validation. Another path brings it, once.
template <class Stack>
void offer_silent_flights(connection_state<Stack>& state, instant now) {
  for (auto& each : state.path_spaces.entries()) {
    if (each.standing == path_standing::unused) continue;
    auto& recovery = recovery_of(state, each);
    if (recovery.pto_count() == 0 && !is_muted(state, each)) {
      each.flight_offered = false;
      continue;
    }
    if (each.flight_offered || !recovery.ack_eliciting_in_flight(packet_space::application)) continue;
    auto const& all = state.path_spaces.entries();
    bool const heard_elsewhere = std::any_of(all.begin(), all.end(), [&](auto const& other) {
      return other.id != each.id && is_usable(state, other) && !is_silent(state, other) && !is_muted(state, other);
    });
    if (!heard_elsewhere) continue;
    each.flight_offered = true;
    path_in_hand<connection_state<Stack>> const hand{state, each.id};
    state.recovery.offer_flight(packet_space::application, offered_frames<Stack>{state, now});
  }
}

/// The path in hand between calls is one that works, or at least may come to, as long as there is one: what is said
/// about "the" path of the connection, and its last words, are about that. From within what is done with a path in hand
/// nothing is chosen; whoever began that chooses later.
template <class Stack>
void choose_hand(connection_state<Stack>& state) {
  auto& spaces = state.path_spaces;
  if (spaces.held > 0) return;
  auto const fit = [&](path_entry<Stack> const& each) {
    if (is_usable(state, each)) return is_silent(state, each) || is_muted(state, each) ? 2 : 3;
    return each.standing == path_standing::validating ? 1 : 0;
  };
  auto const* best = &spaces.entry_in_hand();
  for (auto const& each : spaces.entries())
    if (fit(each) > fit(*best)) best = &each;
  spaces.take(state, best->id);
}

}  // namespace quoin::step
