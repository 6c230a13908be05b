// SPDX-License-Identifier: BSL-1.0
/// \file
/// The PATH_RESPONSE frames that we owe (RFC 9000 8.2.2).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/address.hpp>
#include <quoin/core/limits.hpp>

#include <array>

namespace quoin {

/// The 8 bytes that a challenge carries and its response echoes (RFC 9000 19.17).
using path_challenge_data = std::array<std::uint8_t, 8>;

/// One answer, and the path on which the question came: the only one on which it may leave (RFC 9000 8.2.2).
struct owed_path_response {
  path_challenge_data data{};
  network_path path;
};

/// Answers not yet sent, oldest first. When `limits::path_responses` are waiting, the newest takes the oldest's place:
/// a peer that asks faster than it lets us answer costs no memory. An answer is sent once and never again
/// (RFC 9000 8.2.2, 13.3), so nothing is kept after `erase_at`.
class path_responses {
 public:
  void owe(path_challenge_data const& data, network_path const& path = {}) {
    if (owed_.full()) owed_.erase_at(0);
    owed_.push_back({data, path});
  }

  [[nodiscard]] bool empty() const noexcept { return owed_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return owed_.size(); }

  /// The `index`-th, from the oldest on.
  [[nodiscard]] owed_path_response const& operator[](std::size_t index) const noexcept { return owed_[index]; }
  void erase_at(std::size_t index) { owed_.erase_at(index); }

 private:
  static_vector<owed_path_response, limits::path_responses> owed_;
};

}  // namespace quoin
