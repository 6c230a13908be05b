// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a connection remembers of the acknowledgements that it asked for (draft-ietf-quic-ack-frequency).
#pragma once

#include <quoin/ack/requested_acks.hpp>
#include <quoin/extension/ack_frequency_wish.hpp>
#include <quoin/policy/extensions.hpp>
#include <quoin/wire/frame/ack_frequency.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <algorithm>
#include <optional>

namespace quoin {

struct ack_frequency_settings {
  /// The shortest delay that a peer may ask for; never more than our max_ack_delay.
  duration min_ack_delay = std::chrono::milliseconds{1};

  /// Ask the peer for fewer acknowledgements when the window is large.
  bool ask = true;

  /// How many acknowledgements a window is to bring at least, and how many packets one may wait for at most.
  std::uint64_t acks_per_window = 8;
  std::uint64_t max_threshold = 31;
};

/// Counts since the connection's start.
struct ack_frequency_statistics {
  std::uint64_t requests_sent = 0;
  std::uint64_t requests_received = 0;
  std::uint64_t immediate_acks_sent = 0;
  std::uint64_t immediate_acks_received = 0;
};

class ack_frequency_state : public extension_hooks {
 public:
  static constexpr std::uint64_t parameter = 0xff04de1b;  ///< min_ack_delay

  template <class Settings>
  explicit ack_frequency_state(Settings const& chosen) : settings_(chosen.ack_frequency) {}

  // ---- hooks

  template <class State>
  void write_parameters(State const& state, byte_writer& out) noexcept {
    min_ack_delay_ = std::clamp(settings_.min_ack_delay, duration::zero(), state.local_parameters.max_ack_delay);
    wire::write_number_parameter(out, parameter, microseconds(min_ack_delay_));
  }

  template <class State, class Parameters>
  result<> on_parameters(State&, Parameters const& known, byte_view encoded) {
    auto const found = wire::find_number_parameter(encoded, parameter);
    if (!found) return unexpected{found.error()};
    if (!*found) return {};
    auto const delay = saturating_multiply(std::chrono::microseconds{1}, **found);
    if (delay > known.max_ack_delay)
      return fail(error_code::transport_parameter_error, "min_ack_delay above max_ack_delay");
    peer_min_ack_delay_ = delay;
    peer_max_ack_delay_ = known.max_ack_delay;
    agreed_ = ack_request{1, known.max_ack_delay, 1};
    return {};
  }

  template <class State>
  [[nodiscard]] bool has_frames(State const&) const noexcept {
    return pending_.has_value();
  }

  template <class State>
  void write_frames(State& state, byte_writer& writer, extension_record& record, frame_place place, bool probing,
                    instant now) {
    if (place != frame_place::before_streams || !peer_min_ack_delay_) return;
    // A probe is to be answered at once, and not after a delay that we asked for.
    if (probing && next_sequence_ > 0 && wire::write(writer, wire::immediate_ack_frame{}))
      ++statistics_.immediate_acks_sent;
    if (!pending_ || record.full()) return;
    wire::ack_frequency_frame const frame{next_sequence_, pending_->threshold, microseconds(pending_->max_ack_delay),
                                          pending_->reordering_threshold};
    if (!wire::write(writer, frame)) return;
    record.add(next_sequence_++);
    under_way_ = std::exchange(pending_, std::nullopt);
    asked_at_ = now;
    ++statistics_.requests_sent;
    set_expected_delay(state);
  }

  template <class State>
  void on_acked(State& state, sent_frame const& frame, instant) {
    if (!under_way_ || frame.id + 1 != next_sequence_) return;
    agreed_ = *under_way_;
    under_way_.reset();
    set_expected_delay(state);
  }

  /// Asked for again, unless there is something newer to ask for.
  template <class State>
  void on_lost(State&, sent_frame const& frame, instant) {
    if (!under_way_ || frame.id + 1 != next_sequence_ || pending_) return;
    pending_ = under_way_;
  }

  /// Fits the wish to the window and the round trip, once a round trip at most and only where it makes a difference.
  template <class State>
  void on_ack_processed(State& state, instant now) {
    if (!settings_.ask || !peer_min_ack_delay_ || under_way_ || pending_ || !state.handshake_confirmed) return;
    if (now < saturating_add(asked_at_, state.recovery.rtt().smoothed)) return;
    if (auto const wish = wish_of_all(state); is_worth_asking(agreed_, wish)) pending_ = wish;
  }

  template <class State, class Sink>
  result<> on_frame(State& state, wire::ack_frequency_frame const& frame, Sink&, instant) {
    constexpr std::uint64_t longest = (std::uint64_t{1} << 14) * 1000;  // RFC 9000 18.2, in microseconds
    if (frame.max_ack_delay >= longest || frame.max_ack_delay < microseconds(min_ack_delay_))
      return fail(error_code::protocol_violation, "ACK_FREQUENCY asks for a delay out of range");
    if (largest_sequence_ && frame.sequence <= *largest_sequence_) return {};
    largest_sequence_ = frame.sequence;
    ++statistics_.requests_received;
    // The frame names no path: it is about all of them.
    ack_request const asked{frame.threshold, std::chrono::microseconds{frame.max_ack_delay},
                            frame.reordering_threshold};
    state.for_each_path([&](auto& received, auto&, bool) { received.adopt(asked); });
    return {};
  }

  template <class State, class Sink>
  result<> on_frame(State& state, wire::immediate_ack_frame const&, Sink&, instant now) {
    ++statistics_.immediate_acks_received;
    state.received_in(packet_space::application).hurry(now);
    return {};
  }

  // ---- for the application

  [[nodiscard]] bool peer_listens() const noexcept { return peer_min_ack_delay_.has_value(); }
  [[nodiscard]] ack_request const& agreed() const noexcept { return agreed_; }
  [[nodiscard]] ack_frequency_statistics const& statistics() const noexcept { return statistics_; }

  /// From now on it is the application that decides.
  void ask(ack_request wish) noexcept {
    settings_.ask = false;
    // RFC 9000 16: a frame with more would never fit, and what was asked would be asked for ever.
    wish.threshold = std::min(wish.threshold, varint_max);
    wish.reordering_threshold = std::min(wish.reordering_threshold, varint_max);
    wish.max_ack_delay = std::clamp(wish.max_ack_delay, *peer_min_ack_delay_, duration{longest_ack_delay});
    pending_ = wish;
  }

 private:
  static constexpr std::chrono::milliseconds longest_ack_delay{(1 << 14) - 1};

  static std::uint64_t microseconds(duration time) noexcept {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::microseconds>(time).count());
  }

  /// What suits every path that carries data: the smallest window wants the most acknowledgements, and the shortest
  /// round trip the soonest.
  template <class State>
  [[nodiscard]] ack_request wish_of_all(State& state) const {
    std::optional<ack_request> wish;
    state.for_each_path([&](auto&, auto& recovery, bool open) {
      if (!open) return;
      auto const of_path =
          wished_acks({recovery.window() / recovery.datagram_size(), recovery.rtt().smoothed, *peer_min_ack_delay_,
                       peer_max_ack_delay_, settings_.acks_per_window, settings_.max_threshold});
      if (!wish) wish = of_path;
      wish->threshold = std::min(wish->threshold, of_path.threshold);
      wish->max_ack_delay = std::min(wish->max_ack_delay, of_path.max_ack_delay);
    });
    return wish.value_or(agreed_);
  }

  /// While a request is under way the peer may act on it or not: the longer delay counts (draft-ietf-quic-ack-frequency
  /// 7).
  template <class State>
  void set_expected_delay(State& state) noexcept {
    auto const asked = under_way_ ? under_way_->max_ack_delay : agreed_.max_ack_delay;
    auto const longer = std::max(asked, agreed_.max_ack_delay);
    state.for_each_path([&](auto&, auto& recovery, bool) { recovery.set_max_ack_delay(longer); });
  }

  ack_frequency_settings settings_;
  duration min_ack_delay_{};  // that we announced
  std::optional<duration> peer_min_ack_delay_;
  duration peer_max_ack_delay_{};
  ack_request agreed_;                    // what the peer certainly does
  std::optional<ack_request> under_way_;  // what it was asked last, and has not acknowledged
  std::optional<ack_request> pending_;    // what it is to be asked next
  std::uint64_t next_sequence_ = 0;
  std::optional<std::uint64_t> largest_sequence_;
  instant asked_at_{};
  ack_frequency_statistics statistics_;
};

}  // namespace quoin
