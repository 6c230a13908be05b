// SPDX-License-Identifier: BSL-1.0
/// \file
/// Bulk flows over one simulated bottleneck in virtual time, without connections around them: recovery with its
/// controller at one end, a receiver that acknowledges every second packet at the other.
#pragma once

#include <quoin/base/interval_set.hpp>
#include <quoin/recovery/recovery.hpp>
#include <quoin/sim/event_queue.hpp>
#include <quoin/sim/link.hpp>

#include <cstring>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace quoin::test {

using namespace std::chrono_literals;

inline constexpr byte_count packet_size = 1200;

/// A bottleneck of so many megabits a second, with a queue of so many bytes, and half the round trip behind it.
inline sim::link_settings path_of(double megabits, duration round_trip, byte_count queue) {
  sim::link_settings path;
  path.delay = round_trip / 2;
  path.bottleneck.bits_per_second = static_cast<std::uint64_t>(megabits * 1e6);
  path.bottleneck.queue_bytes = queue;
  return path;
}

/// Bytes that such a path holds.
inline byte_count bdp_of(double megabits, duration round_trip) {
  return static_cast<byte_count>(megabits / 8 * static_cast<double>(round_trip.count()) / 1e3);
}

/// The bottleneck that flows share, and time.
class world {
 public:
  explicit world(sim::link_settings const& path, std::uint64_t seed = 1) : link(seed, path) {}

  sim::link link;
  duration ack_batch{};  ///< acknowledgements arrive together, at multiples of this

  [[nodiscard]] instant now() const { return now_; }
  [[nodiscard]] duration elapsed() const { return now_ - start; }
  void at(instant when, std::function<void()> what) { events_.push(std::max(when, now_), std::move(what)); }
  void run(duration span) {
    run_until([] { return false; }, span);
  }

  /// Until `reached()`, at most for `patience`; whether it was.
  template <class Predicate>
  bool run_until(Predicate reached, duration patience = 60s) {
    auto const end = now_ + patience;
    while (!reached()) {
      if (events_.deadline() > end) {
        now_ = end;
        return reached();
      }
      now_ = std::max(now_, events_.deadline());
      events_.pop()();
    }
    return true;
  }

 private:
  static constexpr instant start = instant{} + 100s;
  instant now_ = start;
  sim::event_queue<std::function<void()>> events_;
};

template <class C>
class flow {
 public:
  flow(world& network, duration return_delay, congestion_path const& path = {})
      : machine(role::server, path), network_(network), return_delay_(return_delay) {
    machine.set_max_ack_delay(25ms);
    machine.on_handshake_confirmed();
  }
  flow(flow const&) = delete;
  flow& operator=(flow const&) = delete;

  recovery<C> machine;
  byte_count to_send = ~byte_count{0};   ///< what the application has; everything by default
  std::function<void()> on_ack = [] {};  ///< after each acknowledgement
  byte_count received = 0;               ///< bytes that arrived, each packet once
  std::uint64_t marked = 0;              ///< packets that arrived marked CE
  duration longest_round_trip{};         ///< since it was last set to zero

  [[nodiscard]] C const& controller() const { return machine.controller(); }

  /// Sends what may be sent now; to be called when `to_send` has grown.
  void send() {
    auto const now = network_.now();
    for (;;) {
      bool const probe = machine.probes_owed(packet_space::application) > 0;
      if (!probe && (to_send < packet_size || !machine.has_window(packet_size))) break;
      if (!probe && machine.pacing_budget(now) < packet_size) break;
      transmit(now);
    }
    machine.set_application_limited(to_send < packet_size && machine.has_window(packet_size));
    bool const paced = to_send >= packet_size && machine.has_window(packet_size);
    wake(std::min(machine.deadline(), paced ? machine.next_send_time(machine.pacing_quantum(), now) : never));
  }

  /// The application offers so many bytes every `interval` from now on instead of all that it has.
  void offer(byte_count bytes, duration interval) {
    to_send = 0;
    offer_again(bytes, interval, ++offers_);
  }
  void stop_offering() { ++offers_; }

  /// Megabits a second that arrived since `bytes`, in `span`.
  [[nodiscard]] double megabits_since(byte_count bytes, duration span) const {
    return static_cast<double>(received - bytes) * 8e3 / static_cast<double>(span.count());
  }

  // ---- what recovery tells
  void acked(packet_space, packet_number, sent_frame const&) {}
  void lost(packet_space, sent_frame const&) {}
  void probe(packet_space, sent_frame const&) {}
  void packet_acked(packet_space, packet_number, byte_count) {}
  void packet_lost(packet_space, packet_number, byte_count size, event::loss_trigger) {
    if (to_send != ~byte_count{0}) to_send += size;
  }

 private:
  struct report {
    packet_number largest = 0;
    bool has_ecn = true;
    ecn_counts ecn;
    std::vector<std::pair<packet_number, packet_number>> ranges;
    template <class F>
    void for_each_range(F f) const {
      for (auto const& [smallest, biggest] : ranges) f(smallest, biggest);
    }
  };

  void offer_again(byte_count bytes, duration interval, int offer) {
    if (offer != offers_) return;
    to_send += bytes;
    send();
    network_.at(network_.now() + interval, [=, this] { offer_again(bytes, interval, offer); });
  }

  void transmit(instant now) {
    auto const number = machine.next_number(packet_space::application);
    auto const mark = machine.mark_for_next();
    if (to_send != ~byte_count{0} && to_send >= packet_size) to_send -= packet_size;
    machine.on_sent(packet_space::application, {number, packet_size, true, true, mark}, {}, now);
    sim::datagram packet;
    packet.bytes.resize(packet_size);
    std::memcpy(packet.bytes.data(), &number, sizeof number);
    packet.mark = mark;
    network_.link.send(std::move(packet), now, [this](instant when, sim::datagram&& arrived) {
      packet_number carried = 0;
      std::memcpy(&carried, arrived.bytes.data(), sizeof carried);
      network_.at(when, [this, carried, mark_seen = arrived.mark] { arrive(carried, mark_seen); });
    });
  }

  void wake(instant when) {
    if (when >= wake_at_) return;
    wake_at_ = when;
    network_.at(when, [this, when] {
      if (wake_at_ != when) return;
      wake_at_ = never;
      if (network_.now() >= machine.deadline()) machine.on_timeout(network_.now(), *this);
      send();
    });
  }

  void arrive(packet_number number, ecn mark) {
    counts_.count(mark);
    marked += mark == ecn::ce ? 1U : 0U;
    bool const gap = number != next_expected_;
    next_expected_ = number + 1;
    if (!note(number)) return;
    received += packet_size;
    if (gap || ++unacknowledged_ >= 2) return acknowledge();
    if (ack_armed_) return;
    ack_armed_ = true;
    network_.at(network_.now() + 25ms, [this] {
      ack_armed_ = false;
      if (unacknowledged_ > 0) acknowledge();
    });
  }

  /// Keeps ranges as first and last; false for what came before.
  bool note(packet_number number) {
    auto next = ranges_.upper_bound(number);
    if (next != ranges_.begin()) {
      auto previous = std::prev(next);
      if (previous->second >= number) return false;
      if (previous->second + 1 == number) {
        previous->second = number;
        if (next != ranges_.end() && next->first == number + 1) {
          previous->second = next->second;
          ranges_.erase(next);
        }
        return true;
      }
    }
    if (next != ranges_.end() && next->first == number + 1) {
      auto const last = next->second;
      ranges_.erase(next);
      ranges_[number] = last;
    } else {
      ranges_[number] = number;
    }
    while (ranges_.size() > 64) ranges_.erase(ranges_.begin());
    return true;
  }

  void acknowledge() {
    unacknowledged_ = 0;
    report made;
    made.largest = ranges_.rbegin()->second;
    made.ecn = counts_;
    made.has_ecn = counts_.any();
    for (auto range = ranges_.rbegin(); range != ranges_.rend(); ++range)
      made.ranges.emplace_back(range->first, range->second);
    auto when = network_.now() + return_delay_;
    if (network_.ack_batch > duration::zero())
      when += network_.ack_batch - when.time_since_epoch() % network_.ack_batch;
    network_.at(when, [this, made = std::move(made)] {
      static_cast<void>(machine.on_ack(packet_space::application, made, 0ms, network_.now(), *this));
      longest_round_trip = std::max(longest_round_trip, machine.rtt().latest);
      on_ack();
      send();
    });
  }

  world& network_;
  duration return_delay_;
  instant wake_at_ = never;
  int offers_ = 0;

  // the receiver
  std::map<packet_number, packet_number> ranges_;
  packet_number next_expected_ = 0;
  ecn_counts counts_;
  unsigned unacknowledged_ = 0;
  bool ack_armed_ = false;
};

}  // namespace quoin::test
