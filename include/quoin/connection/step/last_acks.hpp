// SPDX-License-Identifier: BSL-1.0
/// \file
/// What abandoned paths have brought is acknowledged on another one, at once: acknowledgements need no room in a window
/// (draft-ietf-quic-multipath 3.4.3, RFC 9002 7).
#pragma once

#include <quoin/connection/step/ack_delay.hpp>
#include <quoin/connection/step/multipath_frames.hpp>

namespace quoin::step {

template <class Stack>
bool owes_last_acks(connection_state<Stack> const& state, path_entry<Stack> const& entry) noexcept {
  return entry.standing == path_standing::abandoned && received_of(state, entry).deadline() != never;
}

template <class Stack>
constexpr bool owes_last_acks([[maybe_unused]] connection_state<Stack> const& state) noexcept {
  if constexpr (speaks_multipath<Stack>)
    for (auto const& each : state.path_spaces.entries())
      if (owes_last_acks(state, each)) return true;
  return false;
}

/// Whether the packet at hand must carry an acknowledgement, be it alone.
template <class Stack>
bool owes_ack(connection_state<Stack>& state, encryption_level level, instant now) {
  if (level == encryption_level::early_data) return false;
  return state.received_in(space_of(level)).ack_due(now) ||
         (level == encryption_level::one_rtt && owes_last_acks(state));
}

template <class Stack>
bool write_last_ack(connection_state<Stack>& state, path_entry<Stack>& entry, multipath_writer& write, instant now) {
  auto& received = received_of(state, entry);
  if (write.record.full()) return false;
  auto const raw_delay = raw_ack_delay(state, received, now);
  auto const* marks = received.counts().any() ? &received.counts() : nullptr;
  if (wire::write_path_ack(write.out, entry.id, received.ranges(), raw_delay, marks) == 0) return false;
  write.record.add(multipath_record{multipath_note::path_ack, entry.id, received.largest()}.id(), received.largest());
  received.on_ack_sent();
  auto& keys = state.application_keys;
  keys.use_path(entry.id);
  keys.on_ack_sent(received.largest());
  keys.use_path(state.path_spaces.in_hand());
  return true;
}

/// Whether there were any.
template <class Stack>
bool write_last_acks([[maybe_unused]] connection_state<Stack>& state, [[maybe_unused]] byte_writer& writer,
                     [[maybe_unused]] sent_frames& frames, [[maybe_unused]] instant now) {
  bool any = false;
  if constexpr (speaks_multipath<Stack>) {
    if (!names_paths(state)) return false;
    extension_record record{frames, state.extensions.template index_of<multipath>()};
    multipath_writer write{writer, record};
    for (auto& each : state.path_spaces.entries())
      if (owes_last_acks(state, each) && write_last_ack(state, each, write, now)) any = true;
  }
  return any;
}

}  // namespace quoin::step
