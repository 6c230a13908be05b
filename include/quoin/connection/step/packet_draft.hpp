// SPDX-License-Identifier: BSL-1.0
/// \file
/// A packet between its first header byte and its seal.
#pragma once

#include <quoin/connection/step/keys.hpp>
#include <quoin/wire/frame_type.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/short_header.hpp>
#include <quoin/wire/packet_number.hpp>

#include <optional>

namespace quoin::step {

constexpr event::packet_kind kind_of(encryption_level level) noexcept {
  switch (level) {
    case encryption_level::initial: return event::packet_kind::initial;
    case encryption_level::early_data: return event::packet_kind::zero_rtt;
    case encryption_level::handshake: return event::packet_kind::handshake;
    case encryption_level::one_rtt: break;
  }
  return event::packet_kind::one_rtt;
}

/// Header written, payload growing. `bytes` is the room from the packet's first byte to the datagram's end.
struct packet_draft {
  encryption_level level = encryption_level::initial;
  packet_number number = 0;
  std::size_t number_size = 1;
  wire::written_header header{};
  byte_span bytes;
  std::size_t payload_size = 0;
  bool ack_eliciting = false;
  bool padded = false;
  sent_frames frames;

  [[nodiscard]] std::size_t size() const { return header.size + payload_size + aead_tag_size; }
  [[nodiscard]] byte_span payload_room() const {
    return bytes.size() < header.size + aead_tag_size
               ? byte_span{}
               : bytes.subspan(header.size, bytes.size() - header.size - aead_tag_size);
  }
  [[nodiscard]] byte_view payload() const { return bytes.subspan(header.size, payload_size); }

  /// Appends PADDING until the whole packet, with its tag, has `target` bytes.
  void pad_to(std::size_t target) {
    if (target <= size()) return;
    auto const more = target - size();
    std::fill_n(bytes.data() + header.size + payload_size, more, std::uint8_t{0});
    payload_size += more;
    padded = true;
  }

  /// RFC 9001 5.4.2: the packet number field and the payload must together leave room for the sample.
  void pad_for_sample() {
    if (number_size + payload_size < 4) pad_to(size() + 4 - number_size - payload_size);
  }
};

/// Writes the header of the next packet of `level`, for `destination` on `path`; false when `room` is too small for a
/// packet worth sending.
template <class Stack>
bool start_draft(connection_state<Stack>& state, encryption_level level, byte_span room,
                 connection_id const& destination, path_record const& path, packet_draft& draft) {
  constexpr std::size_t smallest_payload = 8;
  auto const space = space_of(level);
  draft.level = level;
  draft.bytes = room;
  draft.number = state.recovery.next_number(space);
  draft.number_size = wire::packet_number_size(draft.number, state.recovery.largest_acked(space));
  draft.payload_size = 0;
  draft.ack_eliciting = false;
  draft.padded = false;
  draft.frames.clear();

  byte_writer writer{room};
  auto const header =
      level == encryption_level::one_rtt
          ? wire::write_short_header(writer, destination, path.spin.value(), state.application_keys.key_phase(),
                                     draft.number, draft.number_size)
          : wire::write_long_header(
                writer, kind_of(level), level == encryption_level::early_data ? state.original_version : state.version,
                destination, state.first_local_id,
                level == encryption_level::initial && state.self == role::client ? byte_view{state.token} : byte_view{},
                draft.number, draft.number_size);
  if (!header) return false;
  if (!state.next_quic_bit()) room[0] = static_cast<std::uint8_t>(room[0] & ~wire::fixed_bit);
  draft.header = *header;
  // RFC 9000 17.2: a long header's Length has two bytes here, which is plenty but for a loopback's datagrams.
  if (level != encryption_level::one_rtt)
    draft.bytes = room.first(std::min(room.size(), header->packet_number_offset + wire::written_length_max));
  return draft.payload_room().size() >= smallest_payload;
}

/// The same on the path in use.
template <class Stack>
bool start_draft(connection_state<Stack>& state, encryption_level level, byte_span room, packet_draft& draft) {
  return start_draft(state, level, room, state.peer_ids.current(), state.paths.active(), draft);
}

}  // namespace quoin::step
