// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams are made: as many of one size as may be sent now, side by side, sealed in one go.
#pragma once

#include <quoin/connection/step/assemble.hpp>
#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/outcomes.hpp>
#include <quoin/connection/step/record_sent.hpp>
#include <quoin/connection/step/redundant.hpp>
#include <quoin/connection/step/transmit_close.hpp>
#include <quoin/connection/step/transmit_probe.hpp>
#include <quoin/policy/io.hpp>

#include <limits>

namespace quoin::step {

/// Assembles one batch. Long header packets are sealed datagram by datagram, 1-RTT packets all together at the end.
template <class Stack>
class transmission {
 public:
  transmission(connection_state<Stack>& state, byte_span room, instant now)
      : state_(state), path_(state.paths.active()), room_(room), now_(now) {
    if (Stack::options.pacing) budget_ = state.recovery.pacing_budget(now);
    if (Stack::options.ecn) mark_ = state.recovery.mark_for_next(!state.recovery.doubts_marks() || has_frames(state));
  }

  /// The bytes written, of which every datagram but the last has `segment_size()`.
  byte_span run() {
    std::size_t at = 0;
    while (application_.size() < batch_limit()) {
      auto const most = datagram_limit(at);
      if (most == 0) break;
      auto const size = build_datagram(room_.subspan(at, most));
      if (size == 0) break;
      if (segment_size_ == 0) segment_size_ = size;
      at += size;
      if (size < path_.datagram_size()) break;
    }
    if (!application_.empty()) state_.application_keys.seal({application_.data(), application_.size()});
    return room_.first(at);
  }

  [[nodiscard]] std::size_t segment_size() const { return segment_size_; }
  /// One mark for all: they leave with one call to the network.
  [[nodiscard]] ecn mark() const { return mark_; }
  [[nodiscard]] bool held_back_by_pacing() const { return held_back_by_pacing_; }

 private:
  static constexpr std::size_t batch_limit() { return Stack::options.batch_packets; }

  /// How large the next datagram may be; 0 when there must not be one.
  std::size_t datagram_limit(std::size_t at) {
    auto const most = segment_size_ == 0 ? path_.datagram_size() : segment_size_;
    if (room_.size() - at < most) return 0;
    // RFC 9000 8.1: three times what came.
    auto const allowance = path_.amplification.allowance();
    if (allowance >= most) return most;
    if (allowance >= smallest_datagram(state_)) return static_cast<std::size_t>(allowance);
    state_.recovery.set_amplification_blocked(true);
    return 0;
  }

  bool data_allowed() {
    if (!state_.recovery.has_window(path_.datagram_size())) return false;
    if (budget_ >= path_.datagram_size()) return true;
    held_back_by_pacing_ = true;
    return false;
  }

  /// Puts up to one packet of each level into `room`; returns the size of the datagram.
  std::size_t build_datagram(byte_span room) {
    bool const allowed = data_allowed();
    std::size_t size = 0;
    draft_count_ = 0;
    // RFC 9000 12.2: a receiver gets the keys in this order. 0-RTT and 1-RTT never come together.
    for (auto const level : levels_in_order(state_)) {
      if (!can_seal(state_, level)) continue;
      auto& draft = drafts_[draft_count_];
      bool const sending = may_send_frames(level, allowed);
      if (!sending && (!owes_ack(state_, level, now_) || (level == encryption_level::one_rtt && must_fill_up())))
        continue;
      if (!start_draft(state_, level, room.subspan(size), draft)) continue;
      if (!fill_draft(state_, draft, sending, now_)) continue;
      size += draft.size();
      ++draft_count_;
    }
    if (draft_count_ == 0) return 0;
    if (must_pad()) size += make_full(room, size);
    if (may_round_up(size, room.size())) size += pad_last(size, room.size());
    for (std::size_t i = 0; i < draft_count_; ++i) finish(drafts_[i]);
    path_.amplification.on_sent(size);
    state_.counts.bytes_sent += size;
    budget_ -= std::min<byte_count>(budget_, size);
    return size;
  }

  /// `allowed` is the congestion controller's and pacer's permission, which probes do not need.
  bool may_send_frames(encryption_level level, bool allowed) {
    return (allowed || is_probed(level)) && has_frames(state_, level);
  }

  /// RFC 9002 6.2.4: the peer may have keys for one level only, so that a Handshake probe takes along what Initial
  /// packets have to say again. Where Handshake packets that the peer cannot read fill the window, nothing else would
  /// ever let it leave.
  bool is_probed(encryption_level level) {
    auto const& recovery = state_.recovery;
    if (recovery.probes_owed(space_of(level)) > 0) return true;
    return level == encryption_level::initial && recovery.probes_owed(packet_space::handshake) > 0 &&
           state_.crypto_of(packet_space::initial).has_pending();
  }

  /// RFC 9000 14.1: datagrams with a client's Initial, or a server's that wants an answer, are full-sized.
  [[nodiscard]] bool must_pad() const {
    auto const& first = drafts_[0];
    return first.level == encryption_level::initial && (state_.self == role::client || first.ack_eliciting);
  }

  /// RFC 9002 7: PADDING puts a packet in flight that only acknowledges, and must not where the window has no room for
  /// it. RFC 9000 14.1: what is no packet fills a datagram as well. It cannot stand behind a short header.
  [[nodiscard]] bool must_fill_up() const {
    if (draft_count_ == 0 || !must_pad() || state_.recovery.has_window(limits::initial_datagram)) return false;
    return std::none_of(drafts_.begin(), drafts_.begin() + static_cast<std::ptrdiff_t>(draft_count_),
                        [](packet_draft const& draft) { return draft.ack_eliciting; });
  }

  std::size_t make_full(byte_span room, std::size_t size) {
    auto const target = std::min(room.size(), limits::initial_datagram);
    if (size >= target || !must_fill_up()) return pad_last(size, target);
    // Without the QUIC bit no receiver takes it for a packet, and with it (RFC 9287) none for one of this connection.
    std::fill(room.begin() + static_cast<std::ptrdiff_t>(size), room.begin() + static_cast<std::ptrdiff_t>(target),
              std::uint8_t{0});
    return target - size;
  }

  /// A frame that did not fit leaves a gap, which would end the train: all but its last datagram have one size, and
  /// each train is a call to the network. A few bytes of PADDING cost less.
  [[nodiscard]] bool may_round_up(std::size_t size, std::size_t most) const {
    return size < most && most - size <= most / 8 && drafts_[0].level == encryption_level::one_rtt &&
           drafts_[0].ack_eliciting && has_frames(state_, encryption_level::one_rtt);
  }

  std::size_t pad_last(std::size_t size, std::size_t target) {
    if (size >= target) return 0;
    auto& last = drafts_[draft_count_ - 1];
    last.pad_to(last.size() + target - size);
    return target - size;
  }

  void finish(packet_draft& draft) {
    auto const packet = draft.bytes.first(draft.size());
    if (draft.level != encryption_level::one_rtt) wire::patch_length(packet, draft.header, packet.size());
    if constexpr (copies_packets<Stack>()) keep_copy(state_, draft);
    // PADDING makes a packet count as in flight even when it asks for no acknowledgement (RFC 9002 2).
    record_sent(
        state_, draft,
        {draft.number, packet.size(), draft.ack_eliciting, draft.ack_eliciting || draft.padded, mark_, path_.id}, now_);
    packet_to_seal const to_seal{packet, draft.header.packet_number_offset, draft.number_size, draft.number};
    seal(draft.level, to_seal);
  }

  void seal(encryption_level level, packet_to_seal packet) {
    switch (level) {
      case encryption_level::initial: state_.initial_keys.seal({&packet, 1}); break;
      case encryption_level::handshake:
        state_.handshake_keys.seal({&packet, 1});
        // RFC 9001 4.9.1: a client has no more use for Initial keys once it sends Handshake packets.
        if (state_.self == role::client) discard_initial(state_, now_);
        break;
      case encryption_level::one_rtt: application_.push_back(packet); break;
      case encryption_level::early_data:
        if constexpr (can_resume<Stack>) state_.early.keys.seal({&packet, 1});
        break;
    }
  }

  connection_state<Stack>& state_;
  path_record& path_;
  byte_span room_;
  instant now_;
  byte_count budget_ = std::numeric_limits<byte_count>::max();
  std::size_t segment_size_ = 0;
  ecn mark_ = ecn::not_ect;
  bool held_back_by_pacing_ = false;
  std::array<packet_draft, packet_space_count> drafts_;
  std::size_t draft_count_ = 0;
  static_vector<packet_to_seal, Stack::options.batch_packets> application_;
};

/// What a connection runs out of. RFC 9001 6.6: keys are changed long before their limits, and the connection ends at
/// them.
template <class Stack>
void mind_limits(connection_state<Stack>& state, instant now) {
  // RFC 9000 12.3: out of packet numbers, not even a CONNECTION_CLOSE can be sent. A batch uses many at once.
  if (state.recovery.next_number(packet_space::application) >= packet_number_max - 2 * Stack::options.batch_packets)
    return vanish(state, {event::close_origin::local, false, 0, 0, "all packet numbers are used"}, now);
  if (state.application_keys.exhausted())
    return close_with(state,
                      {error_code::aead_limit_reached, "the limits of the packet protection keys are reached", 0}, now);
  if (state.handshake_confirmed && state.application_keys.update_due() && state.application_keys.can_update()) {
    state.application_keys.update(now);
    tell_keys(state, encryption_level::one_rtt, now, false);
  }
}

/// Whether a packet of any level would have something in it, permitted or not.
template <class Stack>
bool has_something_to_send(connection_state<Stack>& state, instant now) {
  for (auto const level : levels_to_ask) {
    if (!can_seal(state, level)) continue;
    if (owes_ack(state, level, now) || has_frames(state, level)) return true;
  }
  return false;
}

/// The space in which there are handshake data to be sent that have not left, if any.
template <class Stack>
std::optional<packet_space> held_back_handshake(connection_state<Stack> const& state) {
  for (auto const level : {encryption_level::initial, encryption_level::handshake})
    if (can_seal(state, level) && state.crypto_streams[index_of(space_of(level))].has_pending()) return space_of(level);
  return std::nullopt;
}

/// The procedure: what shall be sent now, if anything, written into `room`.
template <class Stack>
std::optional<outgoing> transmit(connection_state<Stack>& state, byte_span room, instant now) {
  if (state.phase == life_phase::open) mind_limits(state, now);
  if (state.phase == life_phase::closing) return transmit_close(state, room, now);
  if (state.phase != life_phase::open) return std::nullopt;

  if (!state.path_responses.empty() || state.paths.challenge_due()) [[unlikely]] {
    if (auto probe = transmit_probe(state, room, now)) return probe;
  }
  auto const& path = state.paths.active();
  if (path.datagram_size() != state.recovery.datagram_size()) [[unlikely]]
    on_mtu_changed(state, now);
  if (path.mtu.probe_due(now) != 0) [[unlikely]] {
    if (auto probe = transmit_mtu_probe(state, room, now)) return probe;
  }
  // Whoever asks until there is nothing more asks in vain once a turn; that should not cost a transmission's room.
  if (!has_something_to_send(state, now) && path.amplification.allowance() >= path.datagram_size()) {
    state.pacing_deadline = never;
    state.recovery.set_application_limited(state.recovery.has_window(path.datagram_size()));
    return std::nullopt;
  }

  transmission<Stack> batch{state, room, now};
  auto const bytes = batch.run();
  state.pacing_deadline = batch.held_back_by_pacing() && has_frames(state)
                              ? state.recovery.next_send_time(state.recovery.pacing_quantum(), now)
                              : never;
  state.recovery.set_application_limited(!has_frames(state, encryption_level::one_rtt) &&
                                         state.recovery.has_window(path.datagram_size()));
  if (!state.handshake_confirmed) [[unlikely]]
    state.recovery.set_held_back(held_back_handshake(state));
  if (bytes.empty()) return std::nullopt;
  return outgoing{path.addresses, bytes, batch.segment_size(), batch.mark()};
}

}  // namespace quoin::step
