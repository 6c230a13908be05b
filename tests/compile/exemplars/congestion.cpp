// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/congestion.hpp>

#include <algorithm>

/// Additive increase, multiplicative decrease, and nothing else; sends at a rate of its own.
class plain_aimd {
 public:
  static constexpr quoin::feature_set<quoin::congestion_feature> features = quoin::congestion_feature::pacing;

  explicit plain_aimd(quoin::congestion_path const& path) noexcept
      : datagram_(path.max_datagram_size), window_(10 * datagram_) {}

  [[nodiscard]] quoin::byte_count window() const noexcept { return window_; }
  [[nodiscard]] quoin::byte_count pacing_rate() const noexcept { return rate_; }

  void on_sent(quoin::congestion_sent const&) noexcept {}
  void on_acked(quoin::congestion_acked const& acked) noexcept {
    if (!acked.application_limited) window_ += datagram_ * acked.bytes / window_;
    auto const rtt = std::max<quoin::byte_count>(1, static_cast<quoin::byte_count>(acked.rtt.smoothed.count()));
    rate_ = window_ * 1'000'000'000 / rtt;
  }
  void on_lost(quoin::congestion_lost const& lost) noexcept {
    halve(lost.largest_sent_at, lost.now);
    if (!lost.persistent_congestion) return;
    window_ = 2 * datagram_;
    decreased_ = quoin::instant::min();  // the period of recovery is over (RFC 9002 7.6.2)
  }
  void on_marked(quoin::congestion_marked const& marked) noexcept { halve(marked.largest_sent_at, marked.now); }
  void on_discarded(quoin::byte_count) noexcept {}
  void on_datagram_size(quoin::byte_count size) noexcept {
    datagram_ = size;
    window_ = std::max(window_, 2 * datagram_);
  }

 private:
  /// Once for each round trip: what was sent before the last decrease says nothing new (RFC 9002 7.3.2).
  void halve(quoin::instant sent_at, quoin::instant now) noexcept {
    if (sent_at <= decreased_) return;
    decreased_ = now;
    window_ = std::max(window_ / 2, 2 * datagram_);
  }

  quoin::byte_count datagram_;
  quoin::byte_count window_;
  quoin::byte_count rate_ = 0;
  quoin::instant decreased_ = quoin::instant::min();
};

static_assert(quoin::congestion_controller<plain_aimd>);
