// SPDX-License-Identifier: BSL-1.0
/// \file
/// A datagram, or a train of them, arrives (RFC 9000 5.2, 12.2; RFC 9001 5.5).
#pragma once

#include <quoin/connection/step/arrival_path.hpp>
#include <quoin/connection/step/hold.hpp>
#include <quoin/connection/step/on_frame.hpp>
#include <quoin/connection/step/on_retry.hpp>
#include <quoin/connection/step/on_version_negotiation.hpp>
#include <quoin/wire/packet/invariants.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/short_header.hpp>

namespace quoin::step {

/// What a packet's kind means for keys (RFC 9000 17.2, RFC 9001 2.1).
constexpr encryption_level level_of(event::packet_kind kind) noexcept {
  switch (kind) {
    case event::packet_kind::initial: return encryption_level::initial;
    case event::packet_kind::handshake: return encryption_level::handshake;
    case event::packet_kind::zero_rtt: return encryption_level::early_data;
    default: return encryption_level::one_rtt;
  }
}

/// A packet whose protection has been removed.
struct opened_packet {
  packet_to_open const& packet;
  event::packet_kind kind;
  connection_id const& destination;
  ecn mark;
};

/// Something authentic arrived: it keeps the connection alive and proves addresses (RFC 9000 8.1, 10.1).
template <class Stack>
void on_authentic(connection_state<Stack>& state, encryption_level level, instant now) {
  state.peer_packet_processed = true;
  state.last_activity = now;
  state.eliciting_since_activity = false;
  if (level == encryption_level::handshake && state.self == role::server) {
    state.paths.active().amplification.validate();
    state.recovery.set_amplification_blocked(false);
    discard_initial(state, now);
  }
}

/// What a packet that is newer than any before says of the peer's place and of the round trip (RFC 9000 9.3, 17.4).
template <class Stack>
void note_movement(connection_state<Stack>& state, incoming_path const& via, packet_to_open const& packet,
                   bool non_probing, instant now) {
  auto& active = state.paths.active();
  if (active.spin.spins() && *via.id == active.id &&
      packet.number == state.received_in(packet_space::application).largest())
    active.spin.on_received((packet.bytes[0] & wire::spin_bit) != 0);
  if (!non_probing) return;
  if (state.largest_non_probing != no_packet && packet.number < state.largest_non_probing) return;
  state.largest_non_probing = packet.number;
  if (*via.id != active.id) [[unlikely]]
    follow_peer(state, *via.id, now);
}

/// Acts on an opened packet. Bits and duplicates are looked at only now, so that a forger learns nothing from the time
/// that it takes (RFC 9001 9.5).
template <class Stack, class Sink>
void process(connection_state<Stack>& state, opened_packet const& opened, incoming_path& via, instant now, Sink& sink) {
  auto const& packet = opened.packet;
  auto const level = level_of(opened.kind);
  auto& received = state.received_in(space_of(level));
  if (!received.is_new(packet.number))
    return drop(state, opened.kind, event::drop_reason::duplicate, packet.bytes.size(), now);
  if (packet.reserved_bits_set)
    return close_with(state, {error_code::protocol_violation, "reserved header bits are set", 0}, now);
  if (level == encryption_level::one_rtt) {
    auto const phase = state.application_keys.phase();
    auto const rotated = state.application_keys.on_opened(packet, now, longest_pto(state));
    if (!rotated) return close_with(state, rotated.error(), now);
    // RFC 9001 6.2: the peer's update is followed at once.
    if (state.application_keys.phase() != phase) [[unlikely]]
      tell_keys(state, level, now, false, true);
  }
  if (!via.id && !open_arrival_path(state, via, opened.destination, now)) [[unlikely]]
    return drop(state, opened.kind, event::drop_reason::unexpected, packet.bytes.size(), now);
  ++state.counts.packets_received;
  state.tell([&] {
    return event::packet_received{now,         opened.kind, packet.number,         packet.bytes.size(), packet.payload,
                                  opened.mark, *via.id,     path_id_in_hand(state)};
  });
  on_authentic(state, level, now);
  if (level == encryption_level::one_rtt) note_one_rtt_packet(state, now);

  note_arrival(state, opened.destination, packet.phase);
  frame_handler<Stack, Sink> handler{state, sink, level, opened.destination, via.from.path, packet.phase, now};
  using extension_frames = typename extension_states_of<Stack>::frames;
  auto const frames = wire::read_frames<extension_frames>(packet.payload, opened.kind, handler);
  if (!frames) return close_with(state, frames.error(), now);
  received.on_received(packet.number, now, frames->ack_eliciting, opened.mark);
  if (level == encryption_level::one_rtt) note_movement(state, via, packet, frames->non_probing, now);
}

/// The keys that open packets of a long header.
template <class Stack>
auto* long_header_keys(connection_state<Stack>& state, wire::long_header const& header) {
  if constexpr (can_resume<Stack>)
    if (header.kind == event::packet_kind::zero_rtt) return &state.early.keys;
  if (header.kind == event::packet_kind::handshake) return &state.handshake_keys;
  if (header.kind != event::packet_kind::initial) return static_cast<decltype(&state.initial_keys)>(nullptr);
  return header.version == state.version ? &state.initial_keys : state.left_initial_keys.get();
}

/// RFC 9000 10.3.1: a datagram that cannot be opened may be a stateless reset.
template <class Stack>
bool is_stateless_reset(connection_state<Stack> const& state, byte_view datagram) {
  constexpr std::size_t smallest = 21;
  if (datagram.size() < smallest) return false;
  return any_peer_ids(
      state, [&](std::uint32_t, peer_connection_ids const& ids) { return ids.is_reset_token(datagram.last<16>()); });
}

/// Ends the connection if `datagram` is a stateless reset for it; says whether it was.
template <class Stack>
bool receive_reset(connection_state<Stack>& state, byte_view datagram, instant now) {
  if (!is_stateless_reset(state, datagram)) return false;
  state.tell(
      [&] { return event::packet_received{now, event::packet_kind::stateless_reset, 0, datagram.size(), {}, {}}; });
  drain(state, {event::close_origin::stateless_reset, false, 0, 0, "the peer has lost the connection's state"}, now);
  return true;
}

/// A packet did not authenticate. RFC 9001 6.6: there is one count of them for all keys of a connection.
template <class Stack>
void on_forged(connection_state<Stack>& state, event::packet_kind kind, std::size_t size, instant now) {
  drop(state, kind, event::drop_reason::decryption_failure, size, now);
  ++state.forged_packets;
  if (state.forged_packets >= std::min({state.initial_keys.limits().forged, state.handshake_keys.limits().forged,
                                        state.application_keys.limits().forged}))
    close_with(state, {error_code::aead_limit_reached, "too many forged packets", 0}, now);
}

template <class Stack>
void on_unopened_short(connection_state<Stack>& state, packet_to_open const& packet, instant now) {
  if (receive_reset(state, packet.bytes, now)) return;
  if (packet.status == open_status::forged)
    return on_forged(state, event::packet_kind::one_rtt, packet.bytes.size(), now);
  drop(state, event::packet_kind::one_rtt, event::drop_reason::malformed_header, packet.bytes.size(), now);
}

/// Short header packets of one arrival, opened together.
template <class Stack, class Sink>
class short_header_batch {
 public:
  short_header_batch(connection_state<Stack>& state, incoming_path& via, instant now, Sink& sink)
      : state_(state),
        via_(via),
        now_(now),
        sink_(sink),
        expected_(state.received_in(packet_space::application).expected()) {}

  /// Adds a datagram that consists of one short header packet and is long enough for its connection ID.
  void add(byte_span datagram, ecn mark) {
    constexpr auto id_size = Stack::cid_format::size;
    auto const id = datagram.subspan(1, id_size);
    if (packets_.full() || packets_.empty() || !std::equal(id.begin(), id.end(), destination_.view().begin())) {
      flush();
      destination_ = *connection_id::from(id);
    }
    mark_ = mark;
    auto& packet = packets_.emplace_back();
    packet.bytes = datagram;
    packet.packet_number_offset = 1 + id_size;
    packet.expected = expected_;
  }

  void flush() {
    if (packets_.empty()) return;
    state_.application_keys.open({packets_.data(), packets_.size()});
    bool authentic = false;
    for (auto const& packet : packets_) {
      if (state_.phase != life_phase::open) break;
      if (packet.status != open_status::opened) {
        on_unopened_short(state_, packet, now_);
        continue;
      }
      authentic = true;
      process(state_, {packet, event::packet_kind::one_rtt, destination_, mark_}, via_, now_, sink_);
    }
    packets_.clear();
    if (auto* const path = authentic && via_.id ? state_.paths.find(*via_.id) : nullptr) {
      path->destination = destination_;
      path->heard_at = now_;
    }
    expected_ = state_.received_in(packet_space::application).expected();
  }

 private:
  connection_state<Stack>& state_;
  incoming_path& via_;
  instant now_;
  Sink& sink_;
  packet_number expected_;
  connection_id destination_;
  ecn mark_ = ecn::not_ect;
  static_vector<packet_to_open, 64> packets_;
};

/// Why a long header packet is none of ours, told by its header alone.
template <class Stack>
std::optional<event::drop_reason> reason_to_ignore(connection_state<Stack> const& state,
                                                   wire::long_header const& header, std::size_t datagram_size) {
  if (!is_spoken(state, header)) return event::drop_reason::unsupported_version;
  // RFC 9000 7.2: once an Initial has said which ID the peer uses, others are not from it.
  if (state.peer_initial_source && !(header.source == *state.peer_initial_source))
    return event::drop_reason::unknown_connection_id;
  if (header.kind != event::packet_kind::initial) return std::nullopt;
  // RFC 9000 17.2.2: only clients send tokens.
  if (state.self == role::client && !header.token.empty()) return event::drop_reason::unexpected;
  // RFC 9000 14.1: a client's Initial comes in a full-sized datagram.
  if (state.self == role::server && datagram_size < limits::initial_datagram) return event::drop_reason::unexpected;
  return std::nullopt;
}

/// One long header packet at the front of `datagram`; returns how many bytes it took, 0 when the rest is useless.
template <class Stack, class Sink>
std::size_t receive_long(connection_state<Stack>& state, byte_span datagram, std::size_t datagram_size,
                         incoming_path& via, instant now, Sink& sink) {
  auto const header = wire::read_long_header(datagram, state.quic_bit_rule());
  if (!header) {
    drop(state, event::packet_kind::unknown, event::drop_reason::malformed_header, datagram.size(), now);
    return 0;
  }
  auto const size = header->packet_size;
  if (auto const reason = reason_to_ignore(state, *header, datagram_size)) {
    drop(state, header->kind, *reason, size, now);
    return size;
  }
  packet_to_open packet{};
  packet.bytes = datagram.first(size);
  packet.packet_number_offset = header->packet_number_offset;
  packet.expected = state.received_in(space_of(level_of(header->kind))).expected();
  if (header->kind == event::packet_kind::initial && may_change_to(state, header->version)) {
    follow_version(state, header->version, packet, now);
  } else {
    auto* keys = long_header_keys(state, *header);
    if (keys == nullptr || !keys->can_open()) {
      hold(state, packet.bytes, header->kind, via.from.mark, now);
      return size;
    }
    keys->open({&packet, 1});
  }
  if (packet.status != open_status::opened) {
    on_forged(state, header->kind, size, now);
    return size;
  }
  if (header->kind == event::packet_kind::initial && !state.peer_initial_source) {
    state.peer_initial_source = header->source;
    state.peer_ids.set_first(header->source);
  }
  process(state, {packet, header->kind, header->destination, via.from.mark}, via, now, sink);
  return size;
}

/// Whether a short header packet can be one of this version and long enough to be opened one day (RFC 9000 17.3.1,
/// RFC 9001 5.4.2).
template <class Stack>
bool is_possible_short(connection_state<Stack> const& state, byte_view packet) {
  constexpr std::size_t smallest = 1 + Stack::cid_format::size + 4 + 16;
  return packet.size() >= smallest && ((packet[0] & wire::fixed_bit) != 0 || state.settings.grease_quic_bit);
}

/// A datagram that starts with a long header: up to a handful of packets side by side (RFC 9000 12.2).
template <class Stack, class Sink>
void receive_datagram(connection_state<Stack>& state, byte_span datagram, incoming_path& via, instant now, Sink& sink) {
  // RFC 9000 10.3: whatever else a datagram looks like, it is a reset if it ends in the token.
  if (receive_reset(state, datagram, now)) return;
  auto const first = wire::read_invariant_header(datagram, Stack::cid_format::size);
  if (!first)
    return drop(state, event::packet_kind::unknown, event::drop_reason::malformed_header, datagram.size(), now);
  auto const destination = connection_id::from(first->destination);
  if (!destination) return;
  // RFC 9000 9: who handshakes does not move.
  if (first->long_form && !via.id)
    return drop(state, event::packet_kind::unknown, event::drop_reason::unexpected, datagram.size(), now);
  if (first->long_form && first->version == 0) return on_version_negotiation(state, datagram, now);
  if (is_retry(state, datagram)) return on_retry(state, datagram, now);

  auto rest = datagram;
  for (std::size_t count = 0; !rest.empty() && count < limits::coalesced_packets; ++count) {
    if (state.phase != life_phase::open) return;
    auto const header = wire::read_invariant_header(rest, Stack::cid_format::size);
    // RFC 9000 12.2: all packets of a datagram go to the same connection; what does not is ignored with all behind it.
    if (!header || !std::equal(header->destination.begin(), header->destination.end(), destination->view().begin(),
                               destination->view().end()))
      return drop(state, event::packet_kind::unknown, event::drop_reason::unknown_connection_id, rest.size(), now);
    if (!header->long_form) {
      if (!is_possible_short(state, rest))
        return drop(state, event::packet_kind::one_rtt, event::drop_reason::malformed_header, rest.size(), now);
      if (!state.application_keys.can_open()) return hold(state, rest, event::packet_kind::one_rtt, via.from.mark, now);
      short_header_batch<Stack, Sink> batch{state, via, now, sink};
      batch.add(rest, via.from.mark);
      return batch.flush();
    }
    auto const taken = receive_long(state, rest, datagram.size(), via, now, sink);
    if (taken == 0) return;
    rest = rest.subspan(taken);
  }
}

/// Packets that waited for keys get another chance whenever keys were installed.
template <class Stack, class Sink>
void receive_held(connection_state<Stack>& state, arrival const& from, instant now, Sink& sink) {
  if (state.held.empty()) return;
  auto waiting = std::exchange(state.held, {});
  state.held_bytes = 0;
  for (auto& packet : waiting) {
    if (state.phase != life_phase::open) return;
    arrival again = from;
    again.mark = packet.mark;
    incoming_path via{again, state.paths.active().id};
    receive_datagram(state, packet.bytes, via, now, sink);
  }
}

/// What waited for keys, or for the end of the handshake, is looked at again if they are there now.
template <class Stack, class Sink>
void use_new_keys(connection_state<Stack>& state, arrival const& from, instant now, Sink& sink,
                  before_new_keys before) {
  // What waited may itself bring the keys for what still waits.
  while (before.opened != openable_levels(state)) {
    before.opened = openable_levels(state);
    receive_held(state, from, now, sink);
  }
  if (before.withheld && !withholds_early_data(state))
    state.streams.offer_waiting(now, state.recovery.rtt().smoothed, sink);
}

/// Whether `datagram` is a short header packet for one of our IDs that current keys may open.
template <class Stack>
bool is_plain_short(connection_state<Stack> const& state, byte_view datagram) {
  return datagram.size() > Stack::cid_format::size && (datagram[0] & wire::long_form_bit) == 0 &&
         ((datagram[0] & wire::fixed_bit) != 0 || state.settings.grease_quic_bit) && state.application_keys.can_open();
}

/// The procedure: every datagram of `from`, oldest first.
template <class Stack, class Sink>
void receive(connection_state<Stack>& state, arrival const& from, instant now, Sink& sink) {
  auto* const known = state.paths.find(from.path);
  if (known == nullptr && !may_become_path(state, from.path, now)) [[unlikely]]
    return drop(state, event::packet_kind::unknown, event::drop_reason::unexpected, from.bytes.size(), now);
  state.counts.bytes_received += from.bytes.size();
  incoming_path via{from, std::nullopt};
  if (known != nullptr) {
    via.id = known->id;
    known->amplification.on_received(from.bytes.size());
  }
  if (state.phase == life_phase::closing) return on_packet_while_closing(state, from.bytes.size());
  if (state.phase != life_phase::open) return;
  state.recovery.set_amplification_blocked(state.paths.active().amplification.allowance() == 0);

  auto const segment = from.segment_size == 0 ? from.bytes.size() : from.segment_size;
  auto const opened = openable_levels(state);
  bool const withheld = withholds_early_data(state);
  {
    short_header_batch<Stack, Sink> batch{state, via, now, sink};
    for (auto rest = from.bytes; !rest.empty() && state.phase == life_phase::open;) {
      auto const datagram = rest.first(std::min(segment, rest.size()));
      rest = rest.subspan(datagram.size());
      if (is_plain_short(state, datagram)) {
        batch.add(datagram, from.mark);
      } else {
        batch.flush();
        receive_datagram(state, datagram, via, now, sink);
      }
    }
    batch.flush();
  }
  use_new_keys(state, from, now, sink, {opened, withheld});
}

}  // namespace quoin::step
