// SPDX-License-Identifier: BSL-1.0
/// \file
/// What tests of recovery share: an ACK frame, a sink that writes down, and a rig that sends with little ceremony.
#pragma once

#include <quoin/congestion/fixed_window.hpp>
#include <quoin/recovery/recovery.hpp>

#include <initializer_list>
#include <utility>
#include <vector>

namespace quoin::test {

using namespace std::chrono_literals;

inline constexpr auto initial = packet_space::initial;
inline constexpr auto handshake = packet_space::handshake;
inline constexpr auto application = packet_space::application;

inline instant at(duration since_start) {
  return instant{} + 100s + since_start;
}

/// Ranges from the highest to the lowest, as on the wire.
struct ack {
  packet_number largest = 0;
  bool has_ecn = false;
  ecn_counts ecn;
  std::vector<std::pair<packet_number, packet_number>> ranges;

  ack(std::initializer_list<std::pair<packet_number, packet_number>> all) : largest(all.begin()->second), ranges(all) {}
  ack with(ecn_counts counts) const {
    auto copy = *this;
    copy.has_ecn = true;
    copy.ecn = counts;
    return copy;
  }
  template <class F>
  void for_each_range(F f) const {
    for (auto const& [smallest, biggest] : ranges) f(smallest, biggest);
  }
};

struct notes {
  std::vector<packet_number> acked_packets;
  std::vector<std::pair<packet_number, event::loss_trigger>> lost_packets;
  std::vector<sent_frame> acked_frames;
  std::vector<sent_frame> lost_frames;
  std::vector<std::pair<packet_space, sent_frame>> probes;

  void acked(packet_space, packet_number, sent_frame const& frame) { acked_frames.push_back(frame); }
  void lost(packet_space, sent_frame const& frame) { lost_frames.push_back(frame); }
  void packet_acked(packet_space, packet_number number, byte_count) { acked_packets.push_back(number); }
  void packet_lost(packet_space, packet_number number, byte_count, event::loss_trigger trigger) {
    lost_packets.emplace_back(number, trigger);
  }
  void probe(packet_space space, sent_frame const& frame) { probes.emplace_back(space, frame); }

  std::vector<packet_number> lost_numbers() const {
    std::vector<packet_number> numbers;
    for (auto const& [number, trigger] : lost_packets) numbers.push_back(number);
    return numbers;
  }
};

inline sent_frame stream_frame(std::uint64_t offset) {
  sent_frame frame;
  frame.what = sent_frame::kind::stream;
  frame.offset = offset;
  frame.length = 1000;
  return frame;
}

/// A controller that writes down what it is told.
class witness : public fixed_window<1'000'000> {
 public:
  using fixed_window::fixed_window;
  void on_acked(congestion_acked const& e) noexcept { acked.push_back(e); }
  void on_lost(congestion_lost const& e) noexcept { lost.push_back(e); }
  void on_marked(congestion_marked const& e) noexcept { marked.push_back(e); }
  void on_discarded(byte_count bytes) noexcept { discarded += bytes; }

  std::vector<congestion_acked> acked;
  std::vector<congestion_lost> lost;
  std::vector<congestion_marked> marked;
  byte_count discarded = 0;
};

template <class C = witness>
struct basic_rig {
  recovery<C> machine;
  notes sink;
  path_id sent_on = 0;
  path_id most_recent_path = 0;

  explicit basic_rig(role self = role::server, congestion_path const& path = {}) : machine(self, path) {}

  /// A 1200-byte packet with one STREAM frame whose offset is its number; returns the number.
  packet_number send(duration when, packet_space space = application, ecn mark = ecn::not_ect) {
    auto const number = machine.next_number(space);
    auto const frame = stream_frame(number);
    machine.on_sent(space, {number, 1200, true, true, mark, sent_on}, {&frame, 1}, at(when));
    return number;
  }
  packet_number send_ack_only(duration when, packet_number reported, packet_space space = application,
                              ecn mark = ecn::not_ect) {
    auto const number = machine.next_number(space);
    sent_frame frame;
    frame.what = sent_frame::kind::ack;
    frame.offset = reported;
    machine.on_sent(space, {number, 40, false, false, mark}, {&frame, 1}, at(when));
    return number;
  }
  result<> receive(duration when, ack const& frame, packet_space space = application, duration delay = 0ms) {
    return machine.on_ack(space, frame, delay, at(when), sink);
  }
  void use_path(path_id next) {
    if (next > most_recent_path) machine.open_path(most_recent_path = next, {});
    machine.use_path(sent_on = next);
  }
  void expire(duration when) { machine.on_timeout(at(when), sink); }
  /// Deadline from the start of the test.
  duration deadline() const { return machine.deadline() == never ? duration::max() : machine.deadline() - at(0ms); }
};

using rig = basic_rig<>;
inline constexpr duration no_deadline = duration::max();

}  // namespace quoin::test
