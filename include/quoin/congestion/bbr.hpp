// SPDX-License-Identifier: BSL-1.0
/// \file
/// BBRv3 (draft-ietf-ccwg-bbr): a controller that models the path instead of waiting for it to overflow.
#pragma once

#include <quoin/congestion/bbr/ack_aggregation.hpp>
#include <quoin/congestion/bbr/idle.hpp>
#include <quoin/congestion/bbr/loss_response.hpp>
#include <quoin/congestion/bbr/min_rtt.hpp>
#include <quoin/congestion/bbr/startup.hpp>

namespace quoin {

/// Measures how fast the path delivers and how long its round trip is when it is empty, sends at that rate, and keeps
/// little more than their product in flight. Loss below 2 % hardly slows it down; persistent congestion does (RFC 9002
/// 7.6), and so do marks, each of which counts as a lost datagram.
class bbr {
 public:
  static constexpr feature_set<congestion_feature> features =
      feature_set<congestion_feature>{congestion_feature::pacing} | congestion_feature::packet_state |
      congestion_feature::application_limits | congestion_feature::send_quantum | congestion_feature::randomness;
  using packet_state = bbr_model::packet_snapshot;
  using phase = bbr_model::phase;

  explicit bbr(congestion_path const& path) noexcept {
    model_.datagram_size = path.max_datagram_size;
    model_.window = initial_window(path.max_datagram_size);
    model_.random_state = path.seed;
    bbr_model::set_send_quantum(model_);
  }

  [[nodiscard]] byte_count window() const noexcept { return model_.window; }
  [[nodiscard]] byte_count pacing_rate() const noexcept {
    return static_cast<byte_count>(std::clamp(model_.pacing_rate, 0.0, 1e15));
  }
  [[nodiscard]] byte_count send_quantum() const noexcept { return model_.send_quantum; }

  /// Bytes a second that the path is thought to have for us.
  [[nodiscard]] byte_count bandwidth() const noexcept {
    return static_cast<byte_count>(std::min(model_.max_bandwidth.largest(), 1e15));
  }
  [[nodiscard]] phase current_phase() const noexcept { return model_.phase; }
  /// Everything that it knows, for tests and for people.
  [[nodiscard]] bbr_model::model const& model() const noexcept { return model_; }

  void on_sent(congestion_sent const& sent) noexcept {
    model_.in_flight = sent.bytes_in_flight;
    if (sent.bytes_in_flight == sent.size) bbr_model::handle_restart_from_idle(model_, sent.now);
    if (sent.bytes_in_flight + model_.datagram_size > model_.window) model_.window_limited_in_round = true;
  }

  void on_packet_sent(congestion_sent const& sent, packet_state& state) noexcept {
    model_.sampler.on_sent(sent, state);
  }

  void on_packet_acked(congestion_packet const& packet, packet_state const& state) noexcept {
    model_.sampler.on_acked(packet, state);
    if (packet.late) bbr_model::note_late_arrival(model_, packet);
  }

  void on_packet_lost(congestion_packet const& packet, packet_state const& state) noexcept {
    bbr_model::handle_lost_packet(model_, packet, state);
  }

  /// Draft 5.2.3.
  void on_acked(congestion_acked const& acked) noexcept {
    model_.in_flight = acked.bytes_in_flight;
    model_.prior_in_flight = acked.prior_bytes_in_flight;
    if (!model_.min_rtt) bbr_model::init_pacing_rate(model_, acked.rtt.smoothed);
    auto const sample = model_.sampler.finish(acked.now, acked.rtt.min);
    update_model(sample, acked);
    bbr_model::check_recovery_done(model_, acked.largest_sent_at);
    bbr_model::update_control_parameters(model_, acked.bytes);
  }

  void on_lost(congestion_lost const& lost) noexcept {
    model_.in_flight = lost.bytes_in_flight;
    if (!lost.persistent_congestion) return;
    model_.window = minimum_window(model_.datagram_size);  // RFC 9002 7.6.2; what it was is kept (draft 5.6.4.4)
  }

  void on_marked(congestion_marked const& marked) noexcept { bbr_model::handle_marks(model_, marked); }
  void on_discarded(byte_count bytes) noexcept { model_.in_flight -= std::min(bytes, model_.in_flight); }
  void on_application_limited(byte_count in_flight) noexcept { model_.sampler.mark_application_limited(in_flight); }

  void on_datagram_size(byte_count size) noexcept {
    // A window that nothing has happened to yet is computed anew (RFC 9002 7.2).
    bool const untouched = model_.window == initial_window(model_.datagram_size);
    model_.datagram_size = size;
    model_.window = untouched ? initial_window(size) : std::max(model_.window, minimum_window(size));
    bbr_model::set_send_quantum(model_);
  }

 private:
  void update_model(bbr_model::rate_sample const& sample, congestion_acked const& acked) noexcept {
    bbr_model::update_latest_delivery(model_, sample);
    bbr_model::update_congestion_signals(model_, sample);
    bbr_model::update_ack_aggregation(model_, acked.bytes, acked.now);
    bbr_model::check_full_bandwidth(model_, sample);
    bbr_model::check_startup_done(model_, sample);
    bbr_model::check_drain_done(model_, acked.now);
    bbr_model::update_probe_bw(model_, sample, acked.bytes, acked.now);
    bbr_model::update_min_rtt(model_, sample, acked.now);
    bbr_model::check_probe_rtt(model_, sample, acked.now);
    bbr_model::advance_latest_delivery(model_, sample);
    bbr_model::bound_bandwidth(model_);
  }

  bbr_model::model model_;
};

static_assert(congestion_controller<bbr>);

}  // namespace quoin
