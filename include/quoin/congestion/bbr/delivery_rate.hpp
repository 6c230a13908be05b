// SPDX-License-Identifier: BSL-1.0
/// \file
/// How fast the network delivers (draft-ietf-ccwg-bbr 4.1): a sample for each ACK, from what was known when the newest
/// acknowledged packet was sent.
#pragma once

#include <quoin/congestion/bbr/parameters.hpp>
#include <quoin/policy/congestion.hpp>

#include <algorithm>

namespace quoin::bbr_model {

/// What is kept of each packet (draft 4.1.2.1.2).
struct packet_snapshot {
  byte_count delivered = 0;  ///< on the path when it was sent
  byte_count lost = 0;       ///< likewise
  byte_count in_flight = 0;  ///< with it
  instant delivered_time{};
  instant first_send_time{};
  bool application_limited = false;
};

/// What one ACK says (draft 4.1.2.1.3).
struct rate_sample {
  bool has_data = false;
  rate delivery_rate = 0;    ///< 0 when there is no reliable one
  byte_count delivered = 0;  ///< from the sending to the acknowledgement of the newest packet
  byte_count lost = 0;       ///< declared in that time
  byte_count in_flight = 0;  ///< when that packet was sent, with it
  byte_count prior_delivered = 0;
  bool application_limited = false;
  duration rtt{-1};  ///< of the newest packet; negative when there is none
};

class delivery_rate_sampler {
 public:
  [[nodiscard]] byte_count delivered() const noexcept { return delivered_; }
  [[nodiscard]] bool is_application_limited() const noexcept { return application_limited_until_ != 0; }

  void on_sent(congestion_sent const& sent, packet_snapshot& packet) noexcept {
    // Nothing was in flight: whatever arrives from now on was sent from now on.
    if (sent.bytes_in_flight == sent.size) first_send_time_ = delivered_time_ = sent.now;
    packet = {delivered_, lost_, sent.bytes_in_flight, delivered_time_, first_send_time_, is_application_limited()};
  }

  void on_acked(congestion_packet const& acked, packet_snapshot const& packet) noexcept {
    delivered_ += acked.size;
    delivered_time_ = acked.now;
    if (!is_known(packet) || (has_data_ && !is_newest(acked))) return;
    has_data_ = true;
    newest_ = packet;
    newest_number_ = acked.number;
    newest_sent_at_ = acked.sent_at;
    send_elapsed_ = acked.sent_at - packet.first_send_time;
    ack_elapsed_ = delivered_time_ - packet.delivered_time;
    first_send_time_ = acked.sent_at;
  }

  void on_lost(byte_count size) noexcept { lost_ += size; }
  [[nodiscard]] byte_count lost_since(packet_snapshot const& packet) const noexcept {
    return is_known(packet) ? lost_ - packet.lost : 0;
  }

  /// There is less to send than may be sent: samples of the next round trip say little of the path (draft 4.1.2.4).
  void mark_application_limited(byte_count in_flight) noexcept {
    application_limited_until_ = std::max(delivered_ + in_flight, byte_count{1});
  }

  /// The sample so far, without a rate: for signals that come before the ACK's own.
  [[nodiscard]] rate_sample pending() const noexcept {
    rate_sample sample;
    if (!has_data_) return sample;
    sample.has_data = true;
    sample.delivered = delivered_ - newest_.delivered;
    sample.lost = lost_since(newest_);
    sample.in_flight = newest_.in_flight;
    sample.prior_delivered = newest_.delivered;
    sample.application_limited = newest_.application_limited;
    return sample;
  }

  /// Ends an ACK (GenerateRateSample of draft 4.1.2.3).
  rate_sample finish(instant now, duration least_rtt) noexcept {
    if (is_application_limited() && delivered_ > application_limited_until_) application_limited_until_ = 0;
    auto sample = pending();
    if (!has_data_) return sample;
    has_data_ = false;
    sample.rtt = now - newest_sent_at_;
    // Nothing is delivered faster than it is sent: the longer time counts.
    auto const interval = std::max(send_elapsed_, ack_elapsed_);
    if (interval >= least_rtt && interval > duration::zero())
      sample.delivery_rate = static_cast<rate>(sample.delivered) * 1e9 / static_cast<rate>(interval.count());
    return sample;
  }

 private:
  /// Not so when the path was given another controller after the packet was sent.
  [[nodiscard]] bool is_known(packet_snapshot const& packet) const noexcept {
    return packet.delivered <= delivered_ && packet.lost <= lost_;
  }
  [[nodiscard]] bool is_newest(congestion_packet const& packet) const noexcept {
    return packet.sent_at > first_send_time_ || (packet.sent_at == first_send_time_ && packet.number > newest_number_);
  }

  byte_count delivered_ = 0;
  byte_count lost_ = 0;
  byte_count application_limited_until_ = 0;  // delivered bytes at which the bubble has passed; 0: none
  instant delivered_time_{};
  instant first_send_time_{};

  // of the ACK at hand
  packet_snapshot newest_;
  packet_number newest_number_ = 0;
  instant newest_sent_at_{};
  duration send_elapsed_{};
  duration ack_elapsed_{};
  bool has_data_ = false;
};

}  // namespace quoin::bbr_model
