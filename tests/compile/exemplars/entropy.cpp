// SPDX-License-Identifier: BSL-1.0
#include <quoin/policy/entropy.hpp>

/// Counts upwards, so that every ID in a trace can be told at a glance. For tests only: anybody can guess it.
class counting_entropy {
 public:
  explicit counting_entropy(std::uint8_t branch = 0) noexcept : branch_(branch) {}

  void fill(quoin::byte_span room) noexcept {
    for (auto& byte : room) byte = ++last_;
    if (!room.empty()) room.front() = branch_;
  }

  counting_entropy fork() noexcept { return counting_entropy{++branches_}; }

 private:
  std::uint8_t branch_;
  std::uint8_t branches_ = 0;
  std::uint8_t last_ = 0;
};

static_assert(quoin::entropy_source<counting_entropy>);
