// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every congestion controller must do, whatever its law: a machine of random operations over a model of the
/// flight. Run it over your own controller: `quoin::conformance::check_congestion<mine>({.seed = 7});`
#pragma once

#include <quoin/policy/congestion.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

namespace quoin::conformance {

struct congestion_run {
  std::uint32_t seed = 1;
  int steps = 4000;
  bool reacts = true;   ///< loss and marks make the window smaller (not so for a fixed window)
  bool models = false;  ///< the window follows a model of the path: it may shrink on arrival and stay on loss
};

/// Operations in an order that a connection could produce, and after each what must hold.
template <congestion_controller C>
class congestion_machine {
 public:
  explicit congestion_machine(congestion_run const& run) : run_(run), random_(run.seed), controller_(path()) {
    REQUIRE(controller_.window() >= 2 * datagram_);
    if (run.reacts) REQUIRE(controller_.window() <= std::max(byte_count{14720}, 2 * datagram_));
  }

  /// The window after each step.
  std::vector<byte_count> windows() {
    std::vector<byte_count> seen;
    for (int i = 0; i < run_.steps; ++i) {
      step();
      REQUIRE(controller_.window() >= 2 * datagram_);
      REQUIRE(controller_.window() <= byte_count{1} << 40);
      check_claims();
      seen.push_back(controller_.window());
    }
    return seen;
  }

 private:
  struct packet {
    packet_number number = 0;
    byte_count size = 0;
    instant sent_at;
    [[no_unique_address]] packet_state_of<C> state{};
  };

  congestion_path path() const {
    congestion_path made;
    made.max_datagram_size = datagram_;
    made.seed = run_.seed;
    return made;
  }

  void check_claims() const {
    if constexpr (claims<C, congestion_feature::pacing>) REQUIRE(controller_.pacing_rate() <= byte_count{1} << 50);
    if constexpr (claims<C, congestion_feature::send_quantum>) {
      REQUIRE(controller_.send_quantum() >= datagram_);
      REQUIRE(controller_.send_quantum() <= 256 * 1024);
    }
  }

  void tell_acked([[maybe_unused]] packet const& one, [[maybe_unused]] bool late) {
    if constexpr (claims<C, congestion_feature::packet_state>)
      controller_.on_packet_acked({now_, one.sent_at, one.number, one.size, late}, one.state);
  }

  void step() {
    now_ += std::chrono::microseconds{random_() % 5000};
    auto const choice = random_() % 100;
    if (choice < 40)
      send();
    else if (choice < 85)
      acknowledge(choice < 50);
    else if (choice < 91)
      lose(false);
    else if (choice < 92)
      lose(true);
    else if (choice < 95)
      mark();
    else if (choice < 97)
      discard();
    else if (choice < 98)
      resize();
    else
      now_ += std::chrono::seconds{random_() % 20};
  }

  void send() {
    auto const before = controller_.window();
    for (auto count = random_() % 20; count > 0 && in_flight_ + datagram_ <= controller_.window(); --count) {
      auto const size = 1 + random_() % datagram_;
      in_flight_ += size;
      congestion_sent const sent{now_, next_++, size, in_flight_};
      flight_.push_back({sent.number, size, now_});
      controller_.on_sent(sent);
      if constexpr (claims<C, congestion_feature::packet_state>) controller_.on_packet_sent(sent, flight_.back().state);
    }
    if (!run_.models) REQUIRE(controller_.window() == before);
    if constexpr (claims<C, congestion_feature::application_limits>)
      if (random_() % 4 == 0) controller_.on_application_limited(in_flight_);
  }

  /// Takes a few of the oldest packets out of the flight; the last taken is the newest of them.
  std::vector<packet> take() {
    std::vector<packet> taken;
    for (auto count = 1 + random_() % 20; count > 0 && !flight_.empty(); --count) {
      taken.push_back(flight_.front());
      flight_.pop_front();
      in_flight_ -= taken.back().size;
    }
    return taken;
  }

  static byte_count total(std::vector<packet> const& packets) {
    byte_count bytes = 0;
    for (auto const& one : packets) bytes += one.size;
    return bytes;
  }

  void acknowledge(bool application_limited) {
    auto const taken = take();
    if (taken.empty()) return;
    for (auto const& one : taken) tell_acked(one, false);
    if (!lost_.empty() && random_() % 3 == 0) {
      tell_acked(lost_.front(), true);
      lost_.pop_front();
    }
    congestion_acked acked;
    acked.now = now_;
    acked.bytes = total(taken);
    acked.packets = taken.size();
    acked.largest_sent_at = taken.back().sent_at;
    acked.largest = taken.back().number;
    acked.next_to_send = next_;
    acked.bytes_in_flight = in_flight_;
    acked.prior_bytes_in_flight = in_flight_ + acked.bytes;
    acked.rtt.latest = std::max(now_ - taken.back().sent_at, duration{1000});
    acked.rtt.min = std::min(acked.rtt.latest, duration{std::chrono::milliseconds{5}});
    acked.rtt.smoothed = acked.rtt.latest;
    acked.rtt.variation = acked.rtt.latest / 2;
    acked.rtt_updated = random_() % 4 != 0;
    acked.application_limited = application_limited;
    auto const before = controller_.window();
    controller_.on_acked(acked);
    if (run_.models) return;
    INFO("acknowledged " << acked.bytes << " bytes at a window of " << before);
    REQUIRE(controller_.window() >= before);  // arrival is no sign of congestion
    // Never faster than slow start, unless growth comes in steps of a datagram.
    REQUIRE(controller_.window() <= before + std::max(acked.bytes, datagram_));
    if (application_limited) REQUIRE(controller_.window() == before);
  }

  void lose(bool persistent) {
    auto const taken = take();
    if (taken.empty()) return;
    if constexpr (claims<C, congestion_feature::packet_state>)
      for (auto const& one : taken)
        controller_.on_packet_lost({now_, one.sent_at, one.number, one.size, false}, one.state);
    lost_.insert(lost_.end(), taken.begin(), taken.end());
    while (lost_.size() > 50) lost_.pop_front();
    auto const before = controller_.window();
    controller_.on_lost({now_, total(taken), taken.back().sent_at, in_flight_, persistent});
    if (persistent && run_.reacts) {
      REQUIRE(controller_.window() == 2 * datagram_);  // RFC 9002 7.6.2
      reacted_ = false;
      return;
    }
    check_reaction(before, taken.back().sent_at);
  }

  void mark() {
    if (flight_.empty()) return;
    auto const before = controller_.window();
    controller_.on_marked({now_, flight_.front().sent_at, 1 + random_() % 3});
    if constexpr (claims<C, congestion_feature::l4s_marks>) {
      REQUIRE(controller_.window() <= before);  // in proportion to the marks, beside what loss does
      REQUIRE(2 * controller_.window() + 2 >= before);
      return;
    }
    check_reaction(before, flight_.front().sent_at);
  }

  /// One reaction for each round trip (RFC 9002 7.3.2).
  void check_reaction(byte_count before, instant sent_at) {
    REQUIRE(controller_.window() <= before);
    if (!run_.reacts || run_.models) return;
    if (reacted_ && sent_at <= reacted_at_) {
      REQUIRE(controller_.window() == before);
      return;
    }
    if (before > 2 * datagram_) REQUIRE(controller_.window() < before);
    reacted_ = true;
    reacted_at_ = now_;
  }

  void discard() {
    auto const taken = take();
    auto const before = controller_.window();
    controller_.on_discarded(total(taken));
    REQUIRE(controller_.window() == before);
  }

  void resize() {
    datagram_ = 1200 + random_() % 300;
    controller_.on_datagram_size(datagram_);
  }

  congestion_run run_;
  std::mt19937 random_;
  byte_count datagram_ = 1200;
  C controller_;
  instant now_ = instant{} + std::chrono::hours{1};
  packet_number next_ = 0;
  byte_count in_flight_ = 0;
  std::deque<packet> flight_;
  std::deque<packet> lost_;
  instant reacted_at_;
  bool reacted_ = false;
};

/// The machine holds, and does the same when it is run again.
template <congestion_controller C>
void check_congestion(congestion_run const& run) {
  auto const first = congestion_machine<C>(run).windows();
  auto const second = congestion_machine<C>(run).windows();
  REQUIRE(first == second);
}

}  // namespace quoin::conformance
