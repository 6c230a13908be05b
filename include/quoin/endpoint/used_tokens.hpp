// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which address tokens have been used: one that is replayed must not make a server trust an address (RFC 9000 8.1.4).
#pragma once

#include <quoin/base/siphash.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

namespace quoin {

/// Remembers the newest tokens by fingerprints under a keyed hash: `capacity` of them, in rows of which the oldest
/// makes room. Memory is taken when the first token is used, and then never more. May be used by several threads: only
/// handshakes with a token ask here.
class used_tokens {
 public:
  static constexpr std::size_t capacity = 16 * 1024;

  explicit used_tokens(hash_key const& key) : key_(key) {}

  [[nodiscard]] bool contains(byte_view token) const {
    auto const print = fingerprint(token);
    std::scoped_lock const lock{mutex_};
    if (rows_.empty()) return false;
    auto const& row = rows_[print % rows_.size()];
    return std::find(row.begin(), row.end(), print) != row.end();
  }

  void add(byte_view token) {
    auto const print = fingerprint(token);
    std::scoped_lock const lock{mutex_};
    if (rows_.empty()) rows_.resize(capacity / row_size);
    auto& row = rows_[print % rows_.size()];
    std::copy_backward(row.begin(), row.end() - 1, row.end());
    row.front() = print;
  }

 private:
  static constexpr std::size_t row_size = 8;
  static constexpr std::uint64_t nobody = 0;

  [[nodiscard]] std::uint64_t fingerprint(byte_view token) const {
    auto const print = siphash(key_, token);
    return print == nobody ? 1 : print;
  }

  hash_key key_;
  std::vector<std::array<std::uint64_t, row_size>> rows_;
  mutable std::mutex mutex_;
};

}  // namespace quoin
