// SPDX-License-Identifier: BSL-1.0
/// \file
/// How often strangers are answered without state: stateless resets and Version Negotiation (RFC 9000 6.1, 10.3.3).
#pragma once

#include <quoin/base/siphash.hpp>
#include <quoin/core/address.hpp>
#include <quoin/core/time.hpp>

#include <array>
#include <cstdint>

namespace quoin {

/// Counts replies in windows of one second, in all and for each of a fixed number of address classes, so that neither a
/// flood nor one source can make the endpoint busy, whatever addresses it claims to have.
class reply_limiter {
 public:
  static constexpr std::uint32_t per_second = 1000;
  static constexpr std::uint32_t per_second_and_address = 10;

  explicit reply_limiter(hash_key const& key) : key_(key) {}

  /// Whether a reply to `to` may be sent now; counts it if so.
  bool allow(socket_address const& to, instant now) {
    if (now - window_start_ >= std::chrono::seconds{1}) {
      window_start_ = now;
      total_ = 0;
      counts_.fill(0);
    }
    auto& count = counts_[siphash(key_, to.ip) % counts_.size()];
    if (total_ >= per_second || count >= per_second_and_address) return false;
    ++total_;
    ++count;
    return true;
  }

 private:
  hash_key key_;
  instant window_start_{};
  std::uint32_t total_ = 0;
  std::array<std::uint16_t, 1024> counts_{};
};

}  // namespace quoin
