// SPDX-License-Identifier: BSL-1.0
/// \file
/// Blocks of stream bytes, recycled so that a long transfer does not allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace quoin {

/// A block of memory for stream bytes.
struct chunk {
  static constexpr std::size_t capacity = 4096;
  std::uint8_t bytes[capacity];
};

/// Keeps a few blocks that are not in use for whoever needs one next. One for each connection; not thread-safe.
class chunk_pool {
 public:
  explicit chunk_pool(std::size_t keep = 64) { free_.reserve(keep); }

  /// A block with unspecified contents, for a buffer with or without a pool.
  static std::unique_ptr<chunk> take(chunk_pool* pool) {
    if (pool == nullptr || pool->free_.empty()) return std::unique_ptr<chunk>(new chunk);
    auto block = std::move(pool->free_.back());
    pool->free_.pop_back();
    return block;
  }

  /// Gives a block back; it is freed when enough are kept already.
  static void give_back(chunk_pool* pool, std::unique_ptr<chunk> block) noexcept {
    if (block && pool != nullptr && pool->free_.size() < pool->free_.capacity())
      pool->free_.push_back(std::move(block));
  }

  [[nodiscard]] std::size_t size() const noexcept { return free_.size(); }

 private:
  std::vector<std::unique_ptr<chunk>> free_;
};

}  // namespace quoin
