// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which fields are worth an entry in the table: those that will come again.
#pragma once

#include <quoin/qpack/encoder_index.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace quoin::qpack {

/// Remembers hashes of the fields that were written last: as many as a table may hold, since what comes again later
/// than that would have been evicted in between.
class field_history {
 public:
  explicit field_history(std::size_t length) : hashes_(std::max<std::size_t>(length, 1)) {}

  /// Whether this field was written lately; remembers it.
  bool seen_before(std::uint32_t hash) noexcept {
    bool const seen = std::find(hashes_.begin(), hashes_.end(), hash) != hashes_.end();
    if (seen) return true;
    hashes_[next_] = hash;
    next_ = (next_ + 1) % hashes_.size();
    return false;
  }

 private:
  std::vector<std::uint32_t> hashes_;
  std::size_t next_ = 0;
};

/// Fields whose value rarely comes twice on one connection, so that the first time says nothing about a second.
constexpr bool is_volatile(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> names{":path",         "date",     "etag",      "if-modified-since",
                                                  "if-none-match", "location", "set-cookie"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace quoin::qpack
