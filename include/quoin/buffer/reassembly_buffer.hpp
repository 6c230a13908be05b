// SPDX-License-Identifier: BSL-1.0
/// \file
/// Puts the bytes of one incoming stream in order, whatever order, overlap and repetition they arrive in.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/base/interval_set.hpp>
#include <quoin/buffer/chunk_pool.hpp>
#include <quoin/core/error.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace quoin {

/// Bytes that arrive in order pass through as views; only what must wait is copied, into blocks that lie at multiples
/// of their size in the stream, so that no pattern of fragments costs more memory than the credit it uses (RFC
/// 9000 21.7). Where ranges overlap, the bytes that came first stay (RFC 9000 2.2).
class reassembly_buffer {
 public:
  explicit reassembly_buffer(std::size_t max_gaps, chunk_pool* pool = nullptr) noexcept
      : max_gaps_(max_gaps), pool_(pool) {}
  ~reassembly_buffer() { clear(); }
  reassembly_buffer(reassembly_buffer const&) = delete;
  reassembly_buffer& operator=(reassembly_buffer const&) = delete;

  /// The first byte not yet consumed.
  [[nodiscard]] std::uint64_t next_offset() const noexcept { return next_; }
  /// Bytes kept.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_; }
  /// Blocks of memory in use.
  [[nodiscard]] std::size_t held_blocks() const noexcept { return blocks_.size() - first_block_; }
  /// Holes below the highest byte kept.
  [[nodiscard]] std::size_t gaps() const noexcept { return received_.size() - (front_is_ready() ? 1 : 0); }

  /// Takes in bytes. When nothing waits at the front and `data` covers `next_offset()`, the part that is next in order
  /// is returned uncopied: the caller says `consume(n)` for what it took and `keep(rest)` for what it did not. In every
  /// other case the view is empty and what was new is kept.
  /// \return PROTOCOL_VIOLATION, with nothing changed, when there would be more gaps than allowed.
  result<byte_view> insert(std::uint64_t offset, byte_view data) {
    auto const end = offset + data.size();
    if (end <= next_ || data.empty()) return byte_view{};
    if (offset < next_) {
      data = data.subspan(static_cast<std::size_t>(next_ - offset));
      offset = next_;
    }
    if (offset == next_ && !front_is_ready()) {
      auto const stop = received_.empty() ? end : std::min(end, received_.front().begin);
      auto const in_order = data.first(static_cast<std::size_t>(stop - offset));
      // Beyond what waits already lies no new gap: it begins inside a range that is known or touches one.
      if (stop < end) store(stop, data.subspan(in_order.size()));
      return in_order;
    }
    if (gaps() >= max_gaps_ && stands_alone({offset, end}))
      return fail(error_code::protocol_violation, "too many gaps in received data");
    store(offset, data);
    return byte_view{};
  }

  /// Copies the rest of a view that `insert` returned, after `consume` for its beginning.
  void keep(byte_view rest) {
    if (!rest.empty()) store(next_, rest);
  }

  /// The next bytes in order, as many as lie in one piece.
  [[nodiscard]] byte_view readable() const noexcept {
    if (!front_is_ready()) return {};
    auto const& first = blocks_[first_block_];
    auto const skip = static_cast<std::size_t>(next_ - first.begin);
    auto const count = std::min<std::uint64_t>(chunk::capacity - skip, received_.front().end - next_);
    return {first.bytes->bytes + skip, static_cast<std::size_t>(count)};
  }

  /// All bytes that are next in order and kept.
  [[nodiscard]] std::uint64_t readable_size() const noexcept {
    return front_is_ready() ? received_.front().end - next_ : 0;
  }

  /// The application has taken `count` more bytes: kept ones, or the beginning of a view that `insert` returned.
  void consume(std::size_t count) noexcept {
    auto const end = next_ + count;
    QUOIN_ASSERT(received_.empty() ||
                 (front_is_ready() ? end <= received_.front().end : end <= received_.front().begin));
    if (front_is_ready()) {
      received_.erase({next_, end});
      held_ -= count;
    }
    next_ = end;
    release_consumed_blocks();
  }

  /// Lets go of all bytes.
  void clear() noexcept {
    for (auto i = first_block_; i < blocks_.size(); ++i) chunk_pool::give_back(pool_, std::move(blocks_[i].bytes));
    blocks_.clear();
    first_block_ = 0;
    received_.clear();
    held_ = 0;
  }

  /// Ready for another stream: empty, at offset 0, with the memory it has.
  void restart() noexcept {
    clear();
    next_ = 0;
  }

 private:
  struct block {
    std::uint64_t begin = 0;
    std::unique_ptr<chunk> bytes;
  };

  [[nodiscard]] bool front_is_ready() const noexcept { return !received_.empty() && received_.front().begin == next_; }

  [[nodiscard]] auto first_ending_from(std::uint64_t offset) const noexcept {
    return std::partition_point(received_.begin(), received_.end(), [&](auto const& i) { return i.end < offset; });
  }

  [[nodiscard]] bool stands_alone(interval range) const noexcept {
    auto const at = first_ending_from(range.begin);
    return at == received_.end() || at->begin > range.end;
  }

  /// Copies those bytes that are not here yet.
  void store(std::uint64_t offset, byte_view data) {
    auto const end = offset + data.size();
    auto from = offset;
    for (auto known = first_ending_from(offset); from < end; ++known) {
      bool const last = known == received_.end() || known->begin >= end;
      auto const until = last ? end : known->begin;
      if (from < until)
        copy_in(from, data.subspan(static_cast<std::size_t>(from - offset), static_cast<std::size_t>(until - from)));
      if (last) break;
      from = std::max(from, known->end);
    }
    received_.insert({offset, end});
  }

  void copy_in(std::uint64_t offset, byte_view data) {
    held_ += data.size();
    while (!data.empty()) {
      auto const skip = static_cast<std::size_t>(offset % chunk::capacity);
      auto const part = std::min(data.size(), chunk::capacity - skip);
      std::memcpy(block_at(offset - skip).bytes + skip, data.data(), part);
      data = data.subspan(part);
      offset += part;
    }
  }

  chunk& block_at(std::uint64_t begin) {
    auto const from = blocks_.begin() + static_cast<std::ptrdiff_t>(first_block_);
    auto at = blocks_.end();
    if (from != at && (at - 1)->begin >= begin)
      at = std::partition_point(from, at, [&](auto const& known) { return known.begin < begin; });
    if (at == blocks_.end() || at->begin != begin) at = blocks_.insert(at, {begin, chunk_pool::take(pool_)});
    return *at->bytes;
  }

  void release_consumed_blocks() noexcept {
    for (; first_block_ < blocks_.size(); ++first_block_) {
      auto& lowest = blocks_[first_block_];
      if (!received_.empty() && received_.front().begin < lowest.begin + chunk::capacity) break;
      chunk_pool::give_back(pool_, std::move(lowest.bytes));
    }
    // Entries that are done with are dropped in bulk, so that taking bytes costs constant time in the mean.
    if (first_block_ == blocks_.size() || first_block_ >= 64 + blocks_.size() / 2) {
      blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(first_block_));
      first_block_ = 0;
    }
  }

  std::size_t max_gaps_;
  chunk_pool* pool_;
  std::vector<block> blocks_;  ///< ascending; those before first_block_ are done with
  std::size_t first_block_ = 0;
  interval_set received_;  ///< what is kept
  std::uint64_t next_ = 0;
  std::uint64_t held_ = 0;
};

}  // namespace quoin
