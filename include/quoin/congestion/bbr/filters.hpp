// SPDX-License-Identifier: BSL-1.0
/// \file
/// The filters that BBR's estimates pass (draft-ietf-ccwg-bbr 5.5.3, 5.5.9).
#pragma once

#include <quoin/congestion/bbr/parameters.hpp>

#include <algorithm>
#include <array>

namespace quoin::bbr_model {

/// The largest bandwidth of the present and of the previous ProbeBW cycle.
class bandwidth_filter {
 public:
  [[nodiscard]] rate largest() const noexcept { return std::max(previous_, current_); }
  void add(rate sample) noexcept { current_ = std::max(current_, sample); }
  /// A cycle ends. One without a sample says nothing, so what was known before stays.
  void advance() noexcept {
    if (current_ <= 0) return;
    previous_ = current_;
    current_ = 0;
  }

 private:
  rate previous_ = 0;
  rate current_ = 0;
};

/// The largest value of the newest rounds, by three samples: the best, and the best of what came after each
/// (Kathleen Nichols' algorithm).
class windowed_max {
 public:
  [[nodiscard]] byte_count largest() const noexcept { return best_[0].value; }

  void add(byte_count value, std::uint64_t round, std::uint64_t window) noexcept {
    sample const fresh{value, round};
    if (value >= best_[0].value || round - best_[2].round > window) {
      best_.fill(fresh);
      return;
    }
    if (value >= best_[1].value)
      best_[1] = best_[2] = fresh;
    else if (value >= best_[2].value)
      best_[2] = fresh;
    expire(fresh, window);
  }

 private:
  struct sample {
    byte_count value = 0;
    std::uint64_t round = 0;
  };

  void expire(sample const& fresh, std::uint64_t window) noexcept {
    auto const age = fresh.round - best_[0].round;
    if (age > window) {
      best_ = {best_[1], best_[2], fresh};
      if (fresh.round - best_[0].round > window) best_ = {best_[1], best_[2], fresh};
    } else if (best_[1].round == best_[0].round && age > window / 4) {
      best_[1] = best_[2] = fresh;
    } else if (best_[2].round == best_[1].round && age > window / 2) {
      best_[2] = fresh;
    }
  }

  std::array<sample, 3> best_{};
};

}  // namespace quoin::bbr_model
