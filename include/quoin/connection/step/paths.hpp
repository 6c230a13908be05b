// SPDX-License-Identifier: BSL-1.0
/// \file
/// Paths come, are used, and go (RFC 9000 9).
#pragma once

#include <quoin/connection/step/path_in_hand.hpp>

namespace quoin::step {

template <class Stack>
void tell_path(connection_state<Stack>& state, path_record const& path, event::path_step step, instant now) {
  state.tell([&] { return event::path_updated{now, path.id, path.addresses, step, path_id_in_hand(state)}; });
}

/// The probe timeout of a path of which nothing is known (RFC 9000 8.2.4, RFC 9002 6.2.2), or ours if that is longer.
template <class Stack>
duration cautious_timeout(connection_state<Stack> const& state) {
  constexpr auto first = rtt_estimator{congestion_path{}.initial_rtt}.probe_base();
  return std::max(state.recovery.pto(packet_space::application), first);
}

template <class Stack>
void begin_validation(connection_state<Stack>& state, path_record& path, instant now) {
  auto const timeout = cautious_timeout(state);
  path.validation.begin(now, timeout, saturating_multiply(timeout, 3));
  tell_path(state, path, event::path_step::validating, now);
}

/// How large datagrams may become on a new path.
template <class Stack>
void begin_mtu_search(connection_state<Stack>& state, path_record& path, std::size_t start) {
  auto const& settings = state.settings;
  auto const most =
      std::min(Stack::options.datagram_size, static_cast<std::size_t>(state.peer_parameters->max_udp_payload_size));
  start = std::min(start, most);
  path.mtu.begin(limits::initial_datagram, start, settings.discover_mtu ? most : start);
}

template <class Stack>
void begin_spinning(connection_state<Stack>& state, path_record& path) {
  path.spin.begin(state.self, state.settings.spin_bit, state.random_number());
}

/// The path in use carries more, or less, than so far.
template <class Stack>
[[gnu::cold]] void on_mtu_changed(connection_state<Stack>& state, instant now) {
  auto const& path = state.paths.active();
  state.tell([&] {
    return event::mtu_updated{now, path.id, static_cast<std::size_t>(state.recovery.datagram_size()),
                              path.datagram_size(), !path.mtu.searching()};
  });
  state.recovery.on_datagram_size(path.datagram_size());
}

/// Lets go of a path that is not in use, and of its connection ID.
template <class Stack>
void close_path(connection_state<Stack>& state, path_id id, instant now) {
  auto* const path = state.paths.find(id);
  QUOIN_ASSERT(path != nullptr && path != &state.paths.active());
  if (!path->validated) state.paths.on_failed(now);
  tell_path(state, *path, event::path_step::closed, now);
  auto const peer_id = path->peer_id;
  state.paths.close(id);
  state.recovery.close_path(id);
  bool shared = false;
  state.paths.for_each([&](path_record const& other) { shared = shared || (peer_id && other.peer_id == peer_id); });
  if (peer_id && !shared) state.peer_ids.give_back(*peer_id);
}

/// Makes room for one more path and opens it; null when no more can be told apart. RFC 9000 9.5: an ID never used on
/// another path, so far as the peer has given enough.
template <class Stack>
path_record* open_path(connection_state<Stack>& state, network_path const& addresses, instant now) {
  if (state.paths.exhausted()) return nullptr;
  if (state.paths.full()) close_path(state, state.paths.expendable(), now);
  auto& path = state.paths.open(addresses);
  path.peer_id = state.peer_ids.take_spare();
  state.recovery.open_path(path.id, state.fresh_path());
  begin_mtu_search(state, path, state.settings.discover_mtu ? limits::initial_datagram : state.settings.datagram_size);
  begin_spinning(state, path);
  return &path;
}

/// The connection ID for packets on `path`; null while there is none that may be used there.
template <class Stack>
connection_id const* destination_on(connection_state<Stack>& state, path_record& path) {
  if (&path == &state.paths.active()) return &state.peer_ids.current();
  if (path.peer_id && state.peer_ids.id_of(*path.peer_id) == nullptr) path.peer_id.reset();
  if (!path.peer_id) path.peer_id = state.peer_ids.take_spare();
  return path.peer_id ? state.peer_ids.id_of(*path.peer_id) : nullptr;
}

/// Whether two paths differ in nothing but the peer's port, so that they are most likely one (RFC 9000 9.4).
inline bool is_port_change(network_path const& a, network_path const& b) noexcept {
  return a.local == b.local && a.remote.family == b.remote.family && a.remote.ip == b.remote.ip &&
         a.remote.scope == b.remote.scope;
}

template <class Stack>
void report_path_event(connection_state<Stack>& state, connection_event::kind what, path_id id) {
  state.events.push_back({what, {}, id});
}

/// The peer is known to be where packets go, and the application is told so if it is news to it.
template <class Stack>
void report_path_in_use(connection_state<Stack>& state) {
  auto const& path = state.paths.active();
  if (!path.validated || std::exchange(state.told_path, path.id) == path.id) return;
  report_path_event(state, connection_event::kind::path_changed, path.id);
}

/// All packets go over another path from now on. The one before stays known for a while, for what is still under way.
template <class Stack>
void use_path(connection_state<Stack>& state, path_id id, instant now) {
  auto& paths = state.paths;
  if (id == paths.active().id) return;
  auto const before = paths.active().id;
  paths.active().peer_id = state.peer_ids.current_sequence();
  paths.use(id);
  auto& path = paths.active();
  auto& old = *paths.find(before);
  if (!path.carries_estimates && is_port_change(path.addresses, old.addresses)) {
    state.recovery.carry_over(before, id);
    path.mtu = old.mtu;
    path.mtu.move_on();
  }
  path.carries_estimates = true;
  path.wanted = false;
  path.forget_at = never;
  if (!old.kept) old.forget_at = saturating_add(now, 3 * cautious_timeout(state));

  if (path.peer_id) state.peer_ids.make_current(*path.peer_id);
  state.recovery.use_path(id);
  state.recovery.on_datagram_size(path.datagram_size());
  state.recovery.set_amplification_blocked(path.amplification.allowance() == 0);
  ++state.counts.migrations;
  tell_path(state, path, event::path_step::used, now);
  report_path_in_use(state);
}

/// RFC 9000 9.2: a server follows what is more than a probe; where several paths are used, it has to take this one.
template <class Stack>
void announce_move(connection_state<Stack>& state) {
  state.ping_pending = true;
  if constexpr (speaks_multipath<Stack>)
    if (state.path_spaces.several()) state.recovery.owe_probe(packet_space::application);
}

/// A PATH_RESPONSE came, on whatever path (RFC 9000 8.2.3). One that answers nothing is ignored (RFC 9000 19.18).
template <class Stack>
void on_path_response(connection_state<Stack>& state, path_challenge_data const& data, instant now) {
  auto answer = path_answer::unrelated;
  auto* const path = state.paths.find_if([&](path_record& tried) {
    answer = tried.validation.on_response(data, now);
    return answer != path_answer::unrelated;
  });
  if (path == nullptr) return;
  bool const in_use = path == &state.paths.active();
  path->amplification.validate();
  if (in_use) state.recovery.set_amplification_blocked(false);
  if (answer == path_answer::reached) return tell_path(state, *path, event::path_step::reached, now);

  path->validated = true;
  path->validated_at = now;
  state.paths.on_validated();
  tell_path(state, *path, event::path_step::validated, now);
  if (path->kept) report_path_event(state, connection_event::kind::path_validated, path->id);
  report_path_in_use(state);
  if (path->wanted) {
    // RFC 9000 9.5: the ID with which it was tried may have been taken back, and none be left that is not used here.
    path->wanted = destination_on(state, *path) != nullptr;
    if (!path->wanted) return report_path_event(state, connection_event::kind::path_failed, path->id);
    use_path(state, path->id, now);
    if (state.self == role::client) announce_move(state);
  }
}

/// Whether a path that failed is kept all the same. Where the peer was heard later than on the path in use it is
/// perhaps heard again, and while it gives no more IDs there is none for it but the one that this path has (RFC
/// 9000 9.5).
template <class Stack>
bool is_awaited(connection_state<Stack> const& state, path_record const& path) {
  return !path.validated && path.peer_id && state.peer_ids.spares() == 0 && !state.peer_ids.without_ids() &&
         path.heard_at > state.paths.active().heard_at;
}

/// Nobody answered on `id` (RFC 9000 8.2.4). False when the connection knows no address any more that is its peer's
/// (RFC 9000 9.3.2).
template <class Stack>
bool on_path_failed(connection_state<Stack>& state, path_id id, instant now) {
  auto const& path = *state.paths.find(id);
  bool const validated = path.validated;
  tell_path(state, path, event::path_step::failed, now);
  if (path.kept || path.wanted) report_path_event(state, connection_event::kind::path_failed, id);
  if (id == state.paths.active().id) {
    if (validated) return true;
    auto const* const refuge = state.paths.last_validated();
    if (refuge == nullptr) return false;
    use_path(state, refuge->id, now);
  }
  if (auto& failed = *state.paths.find(id); is_awaited(state, failed)) {
    state.paths.on_failed(now);
    failed.forget_at = saturating_add(now, cautious_timeout(state));
    return true;
  }
  // What the path in use would fall back to is not given up for a silence.
  if (state.paths.active().validated || !validated) close_path(state, id, now);
  return true;
}

/// Acts on what has become due on any path. False when the connection is to end without a word.
template <class Stack>
bool expire_paths(connection_state<Stack>& state, instant now) {
  static_vector<path_id, limits::paths> failed;
  static_vector<path_id, limits::paths> forgotten;
  state.paths.for_each([&](path_record& path) {
    if (path.validation.expire(now)) {
      failed.push_back(path.id);
    } else if (now >= path.forget_at) {
      path.forget_at = saturating_add(now, cautious_timeout(state));
      if (!path.validation.under_way()) forgotten.push_back(path.id);
    }
  });
  for (auto const id : failed)
    if (state.paths.find(id) != nullptr && !on_path_failed(state, id, now)) return false;
  for (auto const id : forgotten) {
    auto const* const path = state.paths.find(id);
    if (path == nullptr || path == &state.paths.active() || is_awaited(state, *path)) continue;
    if (state.paths.active().validated || !path->validated) close_path(state, id, now);
  }
  return true;
}

}  // namespace quoin::step
