// SPDX-License-Identifier: BSL-1.0
/// \file
/// The same packet on several paths: each copy has a number, a nonce and a fate of its own there, and what arrives
/// first counts (draft-ietf-quic-multipath 5.5).
#pragma once

#include <quoin/connection/step/path_choice.hpp>
#include <quoin/connection/step/record_sent.hpp>

namespace quoin::step {

/// Where the frames behind an acknowledgement begin.
inline byte_view without_acknowledgement(byte_view payload) noexcept {
  byte_reader reader{payload};
  auto const type = reader.varint();
  bool read_ack = false;
  if (type == wire::path_ack_frame::first_type || type == wire::path_ack_frame::last_type) {
    wire::path_ack_frame frame;
    read_ack = wire::read(reader, *type, frame).has_value();
  } else if (type == static_cast<std::uint64_t>(wire::frame_type::ack) ||
             type == static_cast<std::uint64_t>(wire::frame_type::ack_ecn)) {
    wire::ack_frame frame;
    frame.has_ecn = type == static_cast<std::uint64_t>(wire::frame_type::ack_ecn);
    read_ack = wire::read(reader, frame).has_value();
  }
  return read_ack ? payload.subspan(reader.position()) : payload;
}

/// Keeps a copy of a packet with stream data that is about to be sealed. What must not come twice, such as a datagram,
/// is not copied.
template <class Stack>
void keep_copy(connection_state<Stack>& state, packet_draft const& draft) {
  auto& copies = state.path_spaces.copies;
  if (!copies.taking() || draft.level != encryption_level::one_rtt) return;
  sent_frames frames;
  bool has_data = false;
  for (auto const& frame : draft.frames) {
    if (frame.what == sent_frame::kind::extension) return;
    has_data = has_data || frame.what == sent_frame::kind::stream;
    if (frame.what != sent_frame::kind::ack) frames.push_back(frame);
  }
  if (has_data) copies.add(without_acknowledgement(draft.payload()), frames);
}

/// Whether a copy may leave on a path now; it does not wait for that.
template <class Stack>
bool may_copy_on(connection_state<Stack> const& state, path_entry<Stack> const& entry, instant now) {
  return is_usable(state, entry) && !is_muted(state, entry) && has_room(state, entry, true, now);
}

/// The next copy as a datagram of its own, if there is one and its path has room for it.
template <class Stack>
std::optional<outgoing> transmit_copy(connection_state<Stack>& state, byte_span room, instant now) {
  auto& copies = state.path_spaces.copies;
  while (copies.pending()) {
    auto const* const entry = state.path_spaces.find(copies.target());
    if (entry == nullptr || !may_copy_on(state, *entry, now)) {
      copies.skip_target();
      continue;
    }
    path_in_hand<connection_state<Stack>> const hand{state, entry->id};
    auto& path = state.paths.active();
    auto const size = std::min(room.size(), path.datagram_size());
    packet_draft draft;
    auto const& copy = copies.front();
    bool const fits = start_draft(state, encryption_level::one_rtt, room.first(size), draft) &&
                      draft.payload_room().size() >= copy.payload.size();
    if (!fits) {
      copies.pop();
      continue;
    }
    std::copy(copy.payload.begin(), copy.payload.end(), draft.payload_room().begin());
    draft.payload_size = copy.payload.size();
    draft.pad_for_sample();
    draft.frames = copy.frames;
    draft.ack_eliciting = true;
    copies.pop();
    return seal_alone(state, draft, path, false, now);
  }
  return std::nullopt;
}

}  // namespace quoin::step
