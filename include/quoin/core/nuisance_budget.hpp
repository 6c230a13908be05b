// SPDX-License-Identifier: BSL-1.0
/// \file
/// How much a peer may make us do for nothing (RFC 9000 21.9, RFC 9114 10.5).
#pragma once

#include <quoin/core/time.hpp>

#include <algorithm>
#include <cstdint>

namespace quoin {

/// A bucket of permissions that fills with time only: what a peer does well earns none, or it could buy its nuisances.
class nuisance_budget {
 public:
  nuisance_budget(std::uint32_t burst, std::uint32_t each_second) noexcept
      : left_(burst), burst_(burst), rate_(each_second) {}

  /// One more; false when it was one too many.
  [[nodiscard]] bool spend(instant now) noexcept {
    refill(now);
    if (left_ == 0) return false;
    --left_;
    return true;
  }

 private:
  void refill(instant now) noexcept {
    if (!begun_ || left_ == burst_) {
      begun_ = true;
      filled_at_ = now;
      return;
    }
    if (now <= filled_at_ || rate_ == 0) return;
    auto const each = duration{std::chrono::seconds{1}} / rate_;
    auto const earned = (now - filled_at_) / each;
    if (earned == 0) return;
    auto const room = static_cast<std::int64_t>(burst_ - left_);
    left_ += static_cast<std::uint32_t>(std::min<std::int64_t>(earned, room));
    filled_at_ = earned >= room ? now : filled_at_ + each * earned;
  }

  std::uint32_t left_;
  std::uint32_t burst_;
  std::uint32_t rate_;
  instant filled_at_{};
  bool begun_ = false;
};

}  // namespace quoin
