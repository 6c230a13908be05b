// SPDX-License-Identifier: BSL-1.0
/// \file
/// The verbs of an event loop for connections that may use several paths: each path is taken in hand in turn, and then
/// everything is done as if it were the only one. For stacks that do not list `multipath` nothing is added.
#pragma once

#include <quoin/connection/step/expire.hpp>
#include <quoin/connection/step/migrate.hpp>
#include <quoin/connection/step/path_choice.hpp>
#include <quoin/connection/step/receive.hpp>
#include <quoin/connection/step/transmit.hpp>

namespace quoin::step {

// ---- receiving

/// The path whose connection ID a datagram carries (draft-ietf-quic-multipath 1); what none can be told of goes to the
/// one in hand.
template <class Stack>
std::uint32_t path_of_datagram(connection_state<Stack>& state, byte_view datagram) {
  constexpr auto id_size = Stack::cid_format::size;
  auto& spaces = state.path_spaces;
  if (datagram.size() <= id_size || (datagram[0] & wire::long_form_bit) != 0) return spaces.in_hand();
  auto const id = connection_id::from(datagram.subspan(1, id_size));
  if (!id || state.local_ids.contains(*id)) return spaces.in_hand();
  for (auto& each : spaces.entries())
    if (local_ids_of(state, each).contains(*id)) return each.id;
  return spaces.in_hand();
}

/// The path in hand has been opened by its first packets: the peer must answer from there before it carries more than
/// probes and acknowledgements (draft-ietf-quic-multipath 3.1).
template <class Stack>
void begin_path(connection_state<Stack>& state, path_entry<Stack>& entry, instant now) {
  auto& path = state.paths.active();
  entry.standing = path_standing::validating;
  path.carries_estimates = true;
  begin_mtu_search(state, path, state.settings.discover_mtu ? limits::initial_datagram : state.settings.datagram_size);
  state.recovery.on_datagram_size(path.datagram_size());
  begin_spinning(state, path);
  begin_validation(state, path, now);
}

template <class Stack>
void note_validation(connection_state<Stack>& state, path_entry<Stack>& entry) {
  if (entry.standing != path_standing::validating || !state.paths.active().validated) return;
  entry.standing = path_standing::open;
  state.events.push_back({connection_event::kind::path_opened, {}, entry.id});
}

/// The first packets of a path ID: only clients open paths, and who cannot answer does not listen.
template <class Stack, class Sink>
void receive_on_unused(connection_state<Stack>& state, path_entry<Stack>& entry, arrival const& part, instant now,
                       Sink& sink) {
  if (state.self == role::client || peer_ids_of(state, entry).active() == 0)
    return drop(state, event::packet_kind::one_rtt, event::drop_reason::unexpected, part.bytes.size(), now);
  // Nobody else than the peer can make us remember an address: this one is forgotten unless a packet is authentic.
  state.paths.active().addresses = part.path;
  state.paths.active().amplification = {};
  receive(state, part, now, sink);
  if (state.phase == life_phase::open && state.received_in(packet_space::application).largest() != no_packet &&
      entry.standing == path_standing::unused)
    begin_path(state, entry, now);
}

template <class Stack, class Sink>
void receive_on_path(connection_state<Stack>& state, std::uint32_t id, arrival const& part, instant now, Sink& sink) {
  path_in_hand<connection_state<Stack>> const hand{state, id};
  auto& entry = state.path_spaces.entry_in_hand();
  if (entry.standing == path_standing::unused) return receive_on_unused(state, entry, part, now, sink);
  receive(state, part, now, sink);
  note_validation(state, entry);
}

/// Datagrams that came together, those of one path at a time.
template <class Stack, class Sink>
void receive_by_path(connection_state<Stack>& state, arrival const& from, instant now, Sink& sink) {
  if constexpr (speaks_multipath<Stack>) {
    if (state.path_spaces.several()) {
      auto const segment = from.segment_size == 0 ? from.bytes.size() : from.segment_size;
      for (auto rest = from.bytes; !rest.empty();) {
        auto const of_front = [&](byte_span bytes) { return bytes.first(std::min(segment, bytes.size())); };
        auto const id = path_of_datagram(state, of_front(rest));
        auto run = of_front(rest).size();
        while (run < rest.size() && path_of_datagram(state, of_front(rest.subspan(run))) == id)
          run += of_front(rest.subspan(run)).size();
        arrival part = from;
        part.bytes = rest.first(run);
        rest = rest.subspan(run);
        receive_on_path(state, id, part, now, sink);
      }
      return choose_hand(state);
    }
  }
  receive(state, from, now, sink);
}

// ---- sending

/// What one path sends now. `carries` says that it may take whatever there is.
template <class Stack>
std::optional<outgoing> transmit_on(connection_state<Stack>& state, std::uint32_t id, bool carries, byte_span room,
                                    instant now) {
  path_in_hand<connection_state<Stack>> const hand{state, id};
  state.path_spaces.carries_frames = carries;
  auto out = transmit(state, room, now);
  state.path_spaces.carries_frames = true;
  return out;
}

/// The same for the scheduler's choice, of which it may want copies on all the others.
template <class Stack>
std::optional<outgoing> transmit_chosen(connection_state<Stack>& state, std::uint32_t id, byte_span room, instant now) {
  if constexpr (!copies_packets<Stack>()) {
    return transmit_on(state, id, true, room, now);
  } else {
    state.path_spaces.copies.begin();
    auto out = transmit_on(state, id, true, room, now);
    for_paths<std::uint32_t> others;
    for (auto const* const each : usable_paths(state))
      if (each->id != id) others.push_back(each->id);
    state.path_spaces.copies.end(others);
    return out;
  }
}

/// Paths that were not asked for more had nothing to fill their windows with.
template <class Stack>
void note_nothing_to_send(connection_state<Stack>& state) {
  for (auto& each : state.path_spaces.entries())
    if (is_usable(state, each)) {
      auto& recovery = recovery_of(state, each);
      recovery.set_application_limited(recovery.has_window(recovery.datagram_size()));
    }
}

/// Paths with something of their own first, then the scheduler's choice among those with room, then those that only
/// pacing holds back, so that they say when to go on, or that have no room but for acknowledgements.
template <class Stack>
std::optional<outgoing> transmit_on_paths(connection_state<Stack>& state, byte_span room, instant now) {
  auto& spaces = state.path_spaces;
  offer_silent_flights(state, now);
  if constexpr (copies_packets<Stack>())
    if (auto out = transmit_copy(state, room, now)) return out;
  auto const usable = usable_paths(state);
  auto choices = path_choices(state, usable, now);
  auto const choose = [&] { return spaces.choose.choose({choices.begin(), choices.size()}); };
  auto chosen = choices.empty() ? 0 : choose();
  for (auto& each : spaces.entries()) {
    if (!choices.empty() && choices[chosen].path == each.id) continue;
    if (!owes_its_own(state, each, now)) continue;
    // RFC 9002 6.2.4: a probe brings what no other path has room for.
    bool const carries = choices.empty() && std::find(usable.begin(), usable.end(), &each) != usable.end();
    if (auto out = transmit_on(state, each.id, carries, room, now)) return out;
    if (state.phase != life_phase::open) return std::nullopt;
  }
  while (!choices.empty()) {
    if (auto out = transmit_chosen(state, choices[chosen].path, room, now)) return out;
    if (state.phase != life_phase::open) return std::nullopt;
    if (!has_frames(state) && !owes_last_acks(state)) return note_nothing_to_send(state), std::nullopt;
    choices.erase_at(chosen);
    if (!choices.empty()) chosen = choose();
  }
  bool const acknowledges = owes_last_acks(state);
  if (!has_frames(state) && !acknowledges) return std::nullopt;
  for (auto const* const each : usable) {
    bool const carries = has_room(state, *each, false, now);
    if (!carries && !acknowledges) continue;
    if (auto out = transmit_on(state, each->id, carries, room, now)) return out;
  }
  return std::nullopt;
}

template <class Stack>
std::optional<outgoing> transmit_by_path(connection_state<Stack>& state, byte_span room, instant now) {
  if constexpr (speaks_multipath<Stack>) {
    if (state.path_spaces.several()) {
      choose_hand(state);
      if (state.phase == life_phase::open && state.handshake_confirmed) return transmit_on_paths(state, room, now);
    }
  }
  return transmit(state, room, now);
}

// ---- time

/// When something is due on one path that is not in hand.
template <class Stack>
instant deadline_of_path(connection_state<Stack> const& state, path_entry<Stack> const& entry) {
  auto due = entry.may_go_at();
  if (entry.kept == nullptr || entry.standing == path_standing::unused) return due;
  auto const& space = *entry.kept;
  due = std::min({due, space.recovery.deadline(), space.paths.deadline(), space.pacing_deadline});
  // An abandoned path's last acknowledgements leave at once on another one.
  bool const answers =
      may_be_sent_on(state, entry) && space.paths.active().amplification.allowance() >= limits::smallest_probe;
  return answers ? std::min(due, space.received.deadline()) : due;
}

template <class Stack>
instant deadline_by_path(connection_state<Stack> const& state) {
  auto due = deadline(state);
  if constexpr (speaks_multipath<Stack>) {
    if (state.phase != life_phase::open) return due;
    for (auto const& each : state.path_spaces.entries()) due = std::min(due, deadline_of_path(state, each));
  }
  return due;
}

/// The timers of one path. One whose peer does not answer is abandoned, as long as there is another.
template <class Stack>
void expire_path(connection_state<Stack>& state, path_entry<Stack>& entry, instant now) {
  path_in_hand<connection_state<Stack>> const hand{state, entry.id};
  if (!expire_path_in_hand(state, now))
    abandon_path(state, entry, static_cast<std::uint64_t>(path_abandon_code::path_unstable_or_poor));
}

template <class Stack>
void expire_paths_of_several(connection_state<Stack>& state, instant now) {
  auto& spaces = state.path_spaces;
  for (auto& each : spaces.entries())
    if (each.standing != path_standing::unused && has_other_path(state, each.id)) expire_path(state, each, now);
  choose_hand(state);
  for_paths<std::uint32_t> over;
  for (auto const& each : spaces.entries())
    if (now >= each.may_go_at() && each.id != spaces.in_hand()) over.push_back(each.id);
  for (auto const id : over) forget_path(state, id, now);
}

template <class Stack>
void expire_by_path(connection_state<Stack>& state, instant now) {
  if constexpr (speaks_multipath<Stack>)
    if (state.path_spaces.several() && state.phase == life_phase::open) expire_paths_of_several(state, now);
  expire(state, now);
}

// ---- what leads here

template <class Stack, class Visit>
void for_each_local_id(connection_state<Stack> const& state, Visit&& visit) {
  state.local_ids.for_each_active(visit);
  if constexpr (speaks_multipath<Stack>)
    for (auto const& each : state.path_spaces.entries())
      if (each.kept) each.kept->local_ids.for_each_active(visit);
}

/// The path ID under which a pair of addresses is known; nothing when it is not.
template <class Stack>
std::optional<std::uint32_t> path_between(connection_state<Stack>& state, network_path const& addresses) {
  if (state.paths.find(addresses) != nullptr) return path_id_in_hand(state);
  if constexpr (speaks_multipath<Stack>)
    for (auto& each : state.path_spaces.entries())
      if (each.kept && each.standing != path_standing::unused && each.kept->paths.find(addresses) != nullptr)
        return each.id;
  return std::nullopt;
}

/// The network took no datagram of this batch, for it was too large.
template <class Stack>
void refuse_by_path(connection_state<Stack>& state, outgoing const& refused, instant now) {
  auto const id = path_between(state, refused.path);
  if (!id) return;
  auto const size = refused.segment_size == 0 ? refused.bytes.size() : refused.segment_size;
  auto const largest = std::min(size, refused.bytes.size());
  if constexpr (speaks_multipath<Stack>) {
    path_in_hand<connection_state<Stack>> const hand{state, *id};
    on_datagram_refused(state, refused.path, largest, has_other_path(state, *id), now);
  } else {
    on_datagram_refused(state, refused.path, largest, false, now);
  }
}

}  // namespace quoin::step
