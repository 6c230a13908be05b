// SPDX-License-Identifier: BSL-1.0
/// \file
/// Loss recovery of one connection (RFC 9002): what was sent, what arrived, what is lost, when to probe, when to send.
#pragma once

#include <quoin/core/error.hpp>
#include <quoin/recovery/acknowledgement.hpp>
#include <quoin/recovery/loss_detection.hpp>
#include <quoin/recovery/path_recovery.hpp>
#include <quoin/recovery/probes.hpp>
#include <quoin/recovery/statistics.hpp>

namespace quoin {

/// Follows every packet of the three packet number spaces and drives a congestion controller `C` for each path. It
/// sends nothing and reads no clock. What it finds out it tells the `sink` of the call, which must not call back:
///   `acked(space, number, frame)`            a frame arrived; also frames of packets declared lost before
///   `lost(space, frame)`                     a frame must be sent again, if it still matters
///   `packet_acked(space, number, size)`, `packet_lost(space, number, size, trigger)`
///   `probe(space, frame)`                    send the frame again in a probe; it is not lost
/// No allocation once the flight has been as large before.
template <congestion_controller C>
class recovery {
 public:
  using sent_packet = quoin::sent_packet;
  using packet_state = packet_state_of<C>;

  /// `first` is the name of the path that is used until another is.
  recovery(role self, congestion_path const& path, path_id first = 0) : paths_(path, first) {
    conditions_.self = self;
    // A client's packets validate it implicitly, so a server needs no proof (RFC 9002 A.8).
    conditions_.peer_validated_us = self == role::server;
  }

  // ---- packet numbers ---------------------------------------------------------------------------------------------

  /// The number of the space's next packet; above `packet_number_max` the connection must end (RFC 9000 12.3).
  [[nodiscard]] packet_number next_number(packet_space space) const noexcept { return at(space).next_number; }

  /// Leaves out a number: a peer that acknowledges it is lying (RFC 9000 21.4).
  void skip_number(packet_space space) noexcept {
    auto& state = at(space);
    state.skipped.add(state.next_number++);
  }

  /// The largest number that the peer acknowledged, `no_packet` before the first.
  [[nodiscard]] packet_number largest_acked(packet_space space) const noexcept { return at(space).largest_acked; }

  // ---- events -----------------------------------------------------------------------------------------------------

  /// A packet was handed to the network. Numbers of a space only rise.
  void on_sent(packet_space space, sent_packet const& packet, std::span<sent_frame const> frames, instant now) {
    auto& state = at(space);
    QUOIN_ASSERT(packet.number >= state.next_number && !state.discarded);
    state.next_number = packet.number + 1;
    ++statistics_.packets_sent;
    statistics_.bytes_sent += packet.size;
    ecn_.on_sent(space, packet.mark);
    if (!packet.in_flight) {
      state.trace.add({packet.number, now, reported_by(frames), packet.mark});
      return;
    }
    state.packets.add(packet, frames, now);
    if (packet.ack_eliciting) {
      state.last_ack_eliciting_at = now;
      if (state.probes_owed > 0) --state.probes_owed;
    }
    conditions_.last_event = now;
    auto* const path = paths_.find(packet.path);
    QUOIN_ASSERT(path != nullptr);
    path->bytes_in_flight += packet.size;
    path->pace.on_sent(packet.size, now);
    congestion_sent const sent{now, packet.number, packet.size, path->bytes_in_flight};
    path->controller.on_sent(sent);
    if constexpr (claims<C, congestion_feature::packet_state>) {
      path->controller.on_packet_sent(sent, state.packets.state(state.packets.size() - 1));
      // What comes after silence may have a rate of its own.
      if (path->bytes_in_flight == packet.size) path->update_pacing();
    }
  }

  /// The peer's ACK frame, with its delay decoded. Checked as a whole before anything changes; the error is
  /// PROTOCOL_VIOLATION (RFC 9000 13.1, 21.4).
  template <class Ack, class Sink>
  result<> on_ack(packet_space space, Ack const& ack, duration ack_delay, instant now, Sink&& sink) {
    auto& state = at(space);
    if (state.discarded) return {};
    if (ack.largest >= state.next_number)
      return fail(error_code::protocol_violation, "acknowledges a packet that was never sent");
    if (state.skipped.any_in(ack))
      return fail(error_code::protocol_violation, "acknowledges a packet number that was left out");

    bool const largest_rose = state.largest_acked == no_packet || ack.largest > state.largest_acked;
    if (largest_rose) state.largest_acked = ack.largest;
    auto const prior_in_flight = bytes_in_flight();
    auto const found = acknowledge(
        space, state, ack, paths_, [&](std::size_t index) { tell_acked(state, index, now); }, sink);
    if (paths_.single())
      state.largest_acked_on_path = state.largest_acked;
    else if (found.bytes > 0)
      state.note_acked_on_path(found.largest_counted);
    if (!found.any && found.late == 0) return {};
    note_acknowledged(space, found);

    bool const sampled = sample_rtt(space, found, ack.largest, ack_delay, now);
    process_ecn(space, ack, found, largest_rose, now);
    lose(space, now, sink);
    if (found.bytes > 0) grow(state, found, prior_in_flight, sampled, now);
    state.packets.trim();
    if (found.any) {
      ecn_.on_answered();
      // Backoff and probes not sent yet stay at a client that is not sure of having been validated (RFC 9002 6.2.1).
      if (conditions_.peer_validated_us) conditions_.count = state.probes_owed = 0;
      conditions_.last_event = now;
    }
    active().update_pacing();
    return {};
  }

  /// When `on_timeout` must be called; `never` when nothing is awaited.
  [[nodiscard]] instant deadline() const noexcept {
    // Loss by time goes before the probe timeout, which is then not armed (RFC 9002 6.2.1).
    auto const loss = earliest_loss(spaces_);
    return loss.at != never ? loss.at : next_probe_time(spaces_, active().rtt, conditions_).at;
  }

  /// Acts on a deadline that has come; before it, nothing happens.
  template <class Sink>
  void on_timeout(instant now, Sink&& sink) {
    if (auto const loss = earliest_loss(spaces_); loss.at != never) {
      if (loss.at > now) return;
      lose(loss.space, now, sink);
      at(loss.space).packets.trim();
      active().update_pacing();
      return;
    }
    auto const probe = next_probe_time(spaces_, active().rtt, conditions_);
    if (probe.at > now) return;
    owe_probes(spaces_, probe, sink);
    if (conditions_.count != ~std::uint32_t{0}) ++conditions_.count;
    ecn_.on_probe_timeouts(conditions_.count);
    conditions_.last_event = now;
    ++statistics_.probe_timeouts;
  }

  /// The frames of the whole flight go to `sink.probe`: another path number space may carry them sooner.
  template <class Sink>
  void offer_flight(packet_space space, Sink&& sink) {
    detail::probe_oldest(space, at(space), ~0U, sink);
  }

  /// Sends one there although no timer has asked for it.
  void owe_probe(packet_space space) noexcept { at(space).probes_owed = std::max(at(space).probes_owed, 1U); }
  /// How many ack-eliciting packets must be sent in the space whatever the window says (RFC 9002 6.2.4, 7.5).
  [[nodiscard]] unsigned probes_owed(packet_space space) const noexcept { return at(space).probes_owed; }

  /// The space's keys are gone: so is its flight, neither arrived nor lost (RFC 9002 6.4, A.11).
  void discard(packet_space space) noexcept {
    auto& state = at(space);
    if (state.discarded) return;
    state.discarded = true;
    if (conditions_.held_back == space) conditions_.held_back.reset();
    drop_flight(state);
    conditions_.count = 0;
    active().update_pacing();
  }

  /// Gives up the space's flight without a congestion signal and gives every frame in it to `sink.lost`, to be sent
  /// again: for 0-RTT that was rejected (RFC 9002 6.4), and before `on_retry()`.
  template <class Sink>
  void reclaim(packet_space space, Sink&& sink) {
    auto& state = at(space);
    for (auto i = state.packets.first_outstanding(); i < state.packets.size(); ++i)
      if (state.packets[i].fate == packet_fate::outstanding)
        state.packets.for_each_frame(state.packets[i], [&](sent_frame const& frame) { sink.lost(space, frame); });
    drop_flight(state);
  }

  /// A Retry was accepted: congestion control and recovery begin anew, packet numbers go on (RFC 9002 6.3, RFC 9000
  /// 17.2.5.3). Frames of the flight are forgotten; see `reclaim`.
  void on_retry() {
    for (auto& state : spaces_) {
      drop_flight(state);
      state.largest_acked = state.largest_acked_on_path = no_packet;
    }
    active().restart();
    ecn_.restart();
    conditions_.count = 0;
    conditions_.last_event = never;
  }

  // ---- paths (RFC 9000 9.4) ---------------------------------------------------------------------------------------

  /// Packets may be sent on another path too; nothing is known of it yet. At most `limits::paths` at a time.
  void open_path(path_id id, congestion_path const& about) { paths_.open(id, about); }

  /// Nothing is sent on a path any more that is not the one in use; what is in flight there may still arrive.
  void close_path(path_id id) { paths_.close(id); }

  /// The peer's port alone has changed: the newer path begins with what is known of the older one.
  void carry_over(path_id from, path_id to) { paths_.carry_over(from, to); }

  /// Packets leave on this path from now on, unless they say otherwise. What is in flight on the one before says
  /// nothing about it; lost packets are still found.
  void use_path(path_id id) {
    if (id == active().id) return;
    active().ecn_failed = ecn_.state() == ecn_state::failed;
    paths_.use(id);
    ecn_.restart(active().ecn_failed);
    for (auto& state : spaces_) state.change_path();
    conditions_.count = 0;
  }

  // ---- conditions -------------------------------------------------------------------------------------------------

  void on_handshake_confirmed() noexcept { conditions_.handshake_confirmed = conditions_.peer_validated_us = true; }
  void on_peer_address_validated() noexcept { conditions_.peer_validated_us = true; }
  void set_has_handshake_keys(bool has) noexcept { conditions_.has_handshake_keys = has; }
  void set_held_back(std::optional<packet_space> space) noexcept { conditions_.held_back = space; }
  void set_max_ack_delay(duration delay) noexcept { conditions_.max_ack_delay = delay; }
  [[nodiscard]] duration max_ack_delay() const noexcept { return conditions_.max_ack_delay; }
  void set_amplification_blocked(bool blocked) noexcept { conditions_.amplification_blocked = blocked; }

  /// Whether it is want of data or of credit, not window or pacing, that leaves the window unfilled (RFC 9002 7.8).
  void set_application_limited(bool limited) noexcept {
    application_limited_ = limited;
    if constexpr (claims<C, congestion_feature::application_limits>)
      if (limited) controller().on_application_limited(bytes_in_flight());
  }

  /// The datagrams of the path in use have another size from now on.
  void on_datagram_size(byte_count size) noexcept { active().on_datagram_size(size); }

  // ---- what may be sent -------------------------------------------------------------------------------------------

  [[nodiscard]] byte_count datagram_size() const noexcept { return active().about.max_datagram_size; }
  [[nodiscard]] byte_count window() const noexcept { return active().controller.window(); }
  [[nodiscard]] byte_count bytes_in_flight() const noexcept { return active().bytes_in_flight; }
  [[nodiscard]] byte_count send_allowance() const noexcept { return active().allowance(); }
  /// Whether a packet of `size` bytes in flight fits into the window (RFC 9002 7); probes need not ask.
  [[nodiscard]] bool has_window(byte_count size) const noexcept { return size <= send_allowance(); }
  /// The same on any path that is known.
  [[nodiscard]] bool has_window(byte_count size, path_id id) noexcept {
    auto const* const path = paths_.find(id);
    return path != nullptr && size <= path->allowance();
  }

  /// When pacing lets `burst` bytes go; not after `now` if they can go now. Packets that only acknowledge and probes
  /// need not ask (RFC 9002 7.5, 7.7).
  [[nodiscard]] instant next_send_time(byte_count burst, instant now) const noexcept {
    return active().pace.next_send_time(burst, now);
  }
  /// How many bytes pacing lets go now.
  [[nodiscard]] byte_count pacing_budget(instant now) const noexcept { return active().pace.budget(now); }
  /// Bytes a second at which packets leave; 0 before a round trip was measured.
  [[nodiscard]] byte_count pacing_rate() const noexcept { return active().pace.rate(); }
  /// A burst worth waiting for, to ask `next_send_time` with when there is plenty to send.
  [[nodiscard]] byte_count pacing_quantum() const noexcept { return active().pace.quantum(); }

  // ---- what is known ----------------------------------------------------------------------------------------------

  [[nodiscard]] rtt_values const& rtt() const noexcept { return active().rtt.values(); }
  [[nodiscard]] bool has_rtt_sample() const noexcept { return active().rtt.has_sample(); }
  /// The probe timeout of a space without backoff (RFC 9002 6.2.1).
  [[nodiscard]] duration pto(packet_space space) const noexcept {
    return active().rtt.probe_base() +
           (space == packet_space::application ? conditions_.max_ack_delay : duration::zero());
  }
  [[nodiscard]] std::uint32_t pto_count() const noexcept { return conditions_.count; }
  [[nodiscard]] bool ack_eliciting_in_flight(packet_space space) const noexcept {
    return at(space).packets.ack_eliciting_outstanding() > 0;
  }
  [[nodiscard]] ecn_state ecn_validation_state() const noexcept { return ecn_.state(); }
  [[nodiscard]] ecn mark_for_next(bool answered = true) const noexcept { return ecn_.mark_for_next(answered); }
  [[nodiscard]] bool doubts_marks() const noexcept { return ecn_.doubted(); }
  [[nodiscard]] bool doubts_acknowledgements(instant now) const noexcept {
    return is_doubtful(at(packet_space::application), ecn_, conditions_, now, pto(packet_space::application));
  }
  [[nodiscard]] recovery_statistics const& statistics() const noexcept { return statistics_; }
  /// Of the path in use.
  [[nodiscard]] C& controller() noexcept { return active().controller; }
  [[nodiscard]] C const& controller() const noexcept { return active().controller; }

 private:
  using space_state = basic_space_state<packet_state>;

  path_recovery<C>& active() noexcept { return paths_.active(); }
  path_recovery<C> const& active() const noexcept { return paths_.active(); }
  space_state& at(packet_space space) noexcept { return spaces_[index_of(space)]; }
  space_state const& at(packet_space space) const noexcept { return spaces_[index_of(space)]; }

  static congestion_packet as_told(sent_record const& record, instant now) noexcept {
    return {now, record.sent_at, record.number, record.size, record.fate == packet_fate::lost};
  }
  void tell_acked([[maybe_unused]] space_state& state, [[maybe_unused]] std::size_t index,
                  [[maybe_unused]] instant now) noexcept {
    if constexpr (claims<C, congestion_feature::packet_state>)
      controller().on_packet_acked(as_told(state.packets[index], now), state.packets.state(index));
  }
  void tell_lost([[maybe_unused]] space_state& state, [[maybe_unused]] std::size_t index,
                 [[maybe_unused]] instant now) noexcept {
    if constexpr (claims<C, congestion_feature::packet_state>)
      controller().on_packet_lost(as_told(state.packets[index], now), state.packets.state(index));
  }

  void note_acknowledged(packet_space space, newly_acked const& found) noexcept {
    statistics_.packets_acked += found.packets;
    statistics_.spurious_losses += found.late;
    statistics_.bytes_acked += found.bytes;
    active().bytes_in_flight -= found.bytes;
    if (found.bytes > 0) delivered_.add(space, found.counted_from, found.counted_to);
    // A Handshake packet of ours arrived, which proves our address (RFC 9002 6.2.2.1).
    if (space == packet_space::handshake) conditions_.peer_validated_us = true;
  }

  /// Only the largest acknowledged packet gives a sample, if it is new and something new elicited the ACK (RFC
  /// 9002 5.1).
  bool sample_rtt(packet_space space, newly_acked const& found, packet_number largest, duration ack_delay,
                  instant now) noexcept {
    if (!found.any || found.largest != largest || !found.ack_eliciting || found.largest_sent_at > now) return false;
    auto* const path = paths_.find(found.largest_path);
    if (path == nullptr) return false;
    if (space == packet_space::initial) ack_delay = duration::zero();
    if (conditions_.handshake_confirmed) ack_delay = std::min(ack_delay, conditions_.max_ack_delay);
    path->rtt.update(now - found.largest_sent_at, std::max(ack_delay, duration::zero()), now);
    return path == &active();
  }

  template <class Ack>
  void process_ecn(packet_space space, Ack const& ack, newly_acked const& found, bool largest_rose,
                   instant now) noexcept {
    auto const newly_marked =
        ecn_.on_ack(space, ack.has_ecn ? &ack.ecn : nullptr, found.marked, found.marked_elsewhere, largest_rose);
    if (newly_marked > 0 && found.any) controller().on_marked({now, found.largest_sent_at, newly_marked});
  }

  template <class Sink>
  void lose(packet_space space, instant now, Sink& sink) {
    auto& path = active();
    auto& state = at(space);
    loss_run run{space, delivered_, path.rtt.first_sample_at()};
    auto const lost = detect_losses(
        space, state, paths_, now, run, [&](std::size_t index) { tell_lost(state, index, now); }, sink);
    if (lost.packets == 0) return;
    statistics_.packets_lost += lost.packets;
    statistics_.bytes_lost += lost.bytes;
    path.bytes_in_flight -= lost.bytes;
    ecn_.on_lost(lost.marked);
    if (lost.bytes == 0) return;
    auto const needed = persistent_congestion_duration(path.rtt.probe_base() + conditions_.max_ack_delay);
    bool const persistent = run.longest() > needed;
    if (persistent) path.rtt.restart_minimum();
    path.controller.on_lost({now, lost.bytes, lost.largest_sent_at, path.bytes_in_flight, persistent});
  }

  void grow(space_state const& state, newly_acked const& found, byte_count prior_in_flight, bool sampled,
            instant now) noexcept {
    congestion_acked acked;
    acked.now = now;
    acked.bytes = found.bytes;
    acked.packets = found.packets;
    acked.largest_sent_at = found.counted_to;
    acked.largest = found.largest_counted;
    acked.next_to_send = state.next_number;
    acked.bytes_in_flight = bytes_in_flight();
    acked.prior_bytes_in_flight = prior_in_flight;
    acked.rtt = rtt();
    acked.rtt_updated = sampled;
    // A flight that was all but as large as the window did use it, whatever there is to send by now.
    acked.application_limited =
        application_limited_ && prior_in_flight + 3 * active().about.max_datagram_size < window();
    controller().on_acked(acked);
  }

  void drop_flight(space_state& state) noexcept {
    byte_count dropped = 0;
    for (std::size_t i = 0; i < state.packets.size(); ++i) {
      auto const& record = state.packets[i];
      if (!record.counted) continue;
      if (record.path == active().id)
        dropped += record.size;
      else if (auto* const other = paths_.find(record.path))
        other->discard(record.size);
    }
    state.forget_flight();
    active().discard(dropped);
  }

  recovery_paths<C> paths_;
  ecn_validation ecn_{ecn_mark_of<C>};
  delivered_periods delivered_;
  pto_conditions conditions_;
  std::array<space_state, packet_space_count> spaces_;
  recovery_statistics statistics_;
  bool application_limited_ = false;
};

}  // namespace quoin
