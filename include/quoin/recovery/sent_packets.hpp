// SPDX-License-Identifier: BSL-1.0
/// \file
/// The ledger of packets in flight of one packet number space: records in one ring, their frames in another.
#pragma once

#include <quoin/base/ring.hpp>
#include <quoin/core/time.hpp>
#include <quoin/policy/congestion.hpp>
#include <quoin/wire/sent_frame.hpp>

#include <algorithm>
#include <span>

namespace quoin {

/// A packet that was handed to the network (RFC 9002 A.1.1).
struct sent_packet {
  packet_number number = 0;
  byte_count size = 0;  ///< with header and tag, without UDP and IP
  bool ack_eliciting = false;
  bool in_flight = false;  ///< ack-eliciting or padded (RFC 9002 2)
  ecn mark = ecn::not_ect;
  path_id path = 0;        ///< where it was sent
  bool mtu_probe = false;  ///< larger than what the path is known to carry: its loss is no sign of congestion
};

/// What became of a packet.
enum class packet_fate : std::uint8_t { outstanding, acknowledged, lost };

/// What is kept of a packet that was in flight.
struct sent_record {
  packet_number number = 0;
  instant sent_at{};
  std::uint64_t first_frame = 0;  ///< place in the sequence of all frames of the space
  std::uint16_t size = 0;
  path_id path = 0;
  std::uint8_t frame_count = 0;
  ecn mark = ecn::not_ect;
  packet_fate fate = packet_fate::outstanding;
  bool ack_eliciting : 1 = false;
  bool counted : 1 = false;  ///< its bytes are in flight on its path
  bool mtu_probe : 1 = false;
};

/// One state for each record, in a ring of its own, so that records stay as small as they are for those who keep none.
template <class State>
class packet_states {
 public:
  void add() { states_.emplace_back(); }
  void pop_front() noexcept { states_.pop_front(); }
  void clear() noexcept { states_.clear(); }
  [[nodiscard]] State& operator[](std::size_t index) noexcept { return states_[index]; }
  [[nodiscard]] State const& operator[](std::size_t index) const noexcept { return states_[index]; }

 private:
  ring<State> states_;
};

template <>
class packet_states<no_packet_state> {
 public:
  void add() noexcept {}
  void pop_front() noexcept {}
  void clear() noexcept {}
};

/// Records in the order of their numbers. Numbers may have gaps (packets that only acknowledge are not kept here), so a
/// record's place is found by its distance from the first number, which is exact without gaps and an upper bound with.
/// Settled records leave from the front; lost ones stay a while, so that an acknowledgement that comes late saves a
/// retransmission (RFC 9000 13.3). Memory is reused: no allocation once the window has been as large before. `State` is
/// what the congestion controller keeps of each packet.
template <class State>
class basic_sent_packets {
 public:
  /// How many settled records may wait at the front because of lost ones among them.
  static constexpr std::size_t lost_memory = 128;

  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] sent_record const& operator[](std::size_t index) const noexcept { return records_[index]; }
  [[nodiscard]] std::size_t ack_eliciting_outstanding() const noexcept { return ack_eliciting_outstanding_; }

  /// Everything before this index is settled.
  [[nodiscard]] std::size_t first_outstanding() const noexcept { return first_outstanding_; }

  /// Where an acknowledgement may find something new.
  [[nodiscard]] std::size_t first_unacknowledged() const noexcept { return lost_kept_ > 0 ? 0 : first_outstanding_; }

  void add(sent_packet const& packet, std::span<sent_frame const> frames, instant now) {
    QUOIN_ASSERT(frames.size() <= sent_frames::capacity() && packet.size <= 0xffff);
    auto& record = records_.emplace_back();
    record.number = packet.number;
    record.sent_at = now;
    record.first_frame = frames_begin_ + frames_.size();
    record.size = static_cast<std::uint16_t>(packet.size);
    record.path = packet.path;
    record.frame_count = static_cast<std::uint8_t>(frames.size());
    record.mark = packet.mark;
    record.ack_eliciting = packet.ack_eliciting;
    record.counted = packet.in_flight;
    record.mtu_probe = packet.mtu_probe;
    states_.add();
    for (auto const& frame : frames) frames_.emplace_back() = frame;
    if (packet.ack_eliciting) ++ack_eliciting_outstanding_;
  }

  /// What the controller keeps of the packet at `index`.
  [[nodiscard]] State& state(std::size_t index) noexcept { return states_[index]; }
  [[nodiscard]] State const& state(std::size_t index) const noexcept { return states_[index]; }

  /// The index of the first record whose number is at least `number`.
  [[nodiscard]] std::size_t lower_bound(packet_number number) const noexcept {
    if (records_.empty() || number <= records_.front().number) return 0;
    auto const distance = number - records_.front().number;
    auto high = distance < records_.size() ? static_cast<std::size_t>(distance) : records_.size();
    if (high < records_.size() && records_[high].number == number) return high;
    std::size_t low = 0;
    while (low < high) {
      auto const middle = low + (high - low) / 2;
      if (records_[middle].number < number)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  template <class F>
  void for_each_frame(sent_record const& record, F&& f) const {
    auto const begin = static_cast<std::size_t>(record.first_frame - frames_begin_);
    for (std::size_t i = 0; i < record.frame_count; ++i) f(frames_[begin + i]);
  }

  /// Says what became of a packet; it stays where it is until `trim()`.
  void settle(std::size_t index, packet_fate fate) noexcept {
    auto& record = records_[index];
    if (record.fate == packet_fate::outstanding && record.ack_eliciting) --ack_eliciting_outstanding_;
    if (record.fate == packet_fate::lost) --lost_kept_;
    if (fate == packet_fate::lost) ++lost_kept_;
    record.fate = fate;
    record.counted = false;
  }

  /// Lets go of settled records at the front.
  void trim() noexcept {
    while (first_outstanding_ < records_.size() && records_[first_outstanding_].fate != packet_fate::outstanding)
      ++first_outstanding_;
    while (first_outstanding_ > 0 &&
           (records_.front().fate == packet_fate::acknowledged || first_outstanding_ > lost_memory))
      pop_front();
  }

  void clear() noexcept {
    frames_begin_ += frames_.size();
    frames_.clear();
    records_.clear();
    states_.clear();
    first_outstanding_ = lost_kept_ = ack_eliciting_outstanding_ = 0;
  }

 private:
  void pop_front() noexcept {
    auto const& front = records_.front();
    if (front.fate == packet_fate::lost) --lost_kept_;
    for (std::size_t i = 0; i < front.frame_count; ++i) frames_.pop_front();
    frames_begin_ += front.frame_count;
    records_.pop_front();
    states_.pop_front();
    --first_outstanding_;
  }

  ring<sent_record> records_;
  [[no_unique_address]] packet_states<State> states_;
  ring<sent_frame> frames_;
  std::uint64_t frames_begin_ = 0;  // how many frames have left the ring
  std::size_t first_outstanding_ = 0;
  std::size_t lost_kept_ = 0;
  std::size_t ack_eliciting_outstanding_ = 0;
};

using sent_packets = basic_sent_packets<no_packet_state>;

}  // namespace quoin
