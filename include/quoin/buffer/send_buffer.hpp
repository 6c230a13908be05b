// SPDX-License-Identifier: BSL-1.0
/// \file
/// The bytes of one outgoing stream from the moment they are written until they are acknowledged.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/contract.hpp>
#include <quoin/base/interval_set.hpp>
#include <quoin/base/ring.hpp>
#include <quoin/buffer/chunk_pool.hpp>
#include <quoin/buffer/send_slice.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

namespace quoin {

/// Lends out what should be sent next, lost bytes first, and forgets what is acknowledged. Bytes come either as slices,
/// which are kept by reference, or as copies, which share blocks from the pool.
/// Acknowledgements and losses may come in any order, repeatedly, and for any range that was sent.
class send_buffer {
 public:
  explicit send_buffer(chunk_pool* pool = nullptr) noexcept : pool_(pool) {}
  ~send_buffer() { clear(); }
  send_buffer(send_buffer const&) = delete;
  send_buffer& operator=(send_buffer const&) = delete;

  /// Adds the slice's bytes at the end without copying them.
  void append(send_slice slice) {
    if (slice.bytes.empty()) return;
    auto const size = slice.bytes.size();
    pieces_.push_back({end_, slice.bytes.data(), size, std::move(slice.owner), nullptr});
    end_ += size;
  }

  /// Adds a copy of `bytes` at the end.
  void append_copy(byte_view bytes) {
    while (!bytes.empty()) {
      auto const room = room_in_last_chunk();
      if (room == 0) {
        auto block = chunk_pool::take(pool_);
        auto const* data = block->bytes;
        pieces_.push_back({end_, data, 0, nullptr, std::move(block)});
        continue;
      }
      auto& last = pieces_.back();
      auto const part = std::min(room, bytes.size());
      std::memcpy(last.block->bytes + last.size, bytes.data(), part);
      last.size += part;
      end_ += part;
      bytes = bytes.subspan(part);
    }
  }

  /// One past the last byte written.
  [[nodiscard]] std::uint64_t end_offset() const noexcept { return end_; }
  /// Bytes from the beginning that are all acknowledged.
  [[nodiscard]] std::uint64_t acked_prefix() const noexcept { return acked_prefix_; }
  /// One past the last byte that was ever sent.
  [[nodiscard]] std::uint64_t sent_offset() const noexcept { return sent_; }
  /// Whether any byte waits to be sent, for the first time or again.
  [[nodiscard]] bool has_pending() const noexcept { return !lost_.empty() || sent_ < end_; }
  [[nodiscard]] bool has_lost() const noexcept { return !lost_.empty(); }
  [[nodiscard]] bool all_acked() const noexcept { return acked_prefix_ == end_; }
  /// Bytes kept for sending or until they are acknowledged.
  [[nodiscard]] std::uint64_t held_bytes() const noexcept { return end_ - acked_prefix_; }
  /// Bytes never sent yet.
  [[nodiscard]] std::uint64_t unsent_bytes() const noexcept { return end_ - sent_; }

  /// What to send next: the first lost range, else the bytes never sent below `limit_offset`.
  [[nodiscard]] std::optional<interval> next_range(std::uint64_t limit_offset) const noexcept {
    if (!lost_.empty()) return lost_.front();
    auto const end = std::min(end_, limit_offset);
    if (sent_ >= end) return std::nullopt;
    return interval{sent_, end};
  }

  /// Copies bytes that are held, from `offset` on, until `out` is full.
  void copy_to(std::uint64_t offset, byte_span out) const noexcept {
    QUOIN_ASSERT(offset >= acked_prefix_ && out.size() <= end_ - offset);
    for (auto at = piece_with(offset); !out.empty(); ++at) {
      auto const& from = pieces_[at];
      auto const skip = static_cast<std::size_t>(offset - from.begin);
      auto const part = std::min(out.size(), from.size - skip);
      std::memcpy(out.data(), from.data + skip, part);
      out = out.subspan(part);
      offset += part;
    }
  }

  /// The range went into a packet.
  void on_sent(interval range) noexcept {
    QUOIN_ASSERT(range.begin <= range.end && range.end <= end_);
    if (!lost_.empty()) lost_.erase(range);
    sent_ = std::max(sent_, range.end);
  }

  /// The peer has the range.
  void on_acked(interval range) {
    range.end = std::min(range.end, sent_);
    if (range.begin >= range.end) return;
    if (!lost_.empty()) lost_.erase(range);
    if (range.begin > acked_prefix_) {
      acked_.insert(range);
      return;
    }
    acked_prefix_ = std::max(acked_prefix_, range.end);
    while (!acked_.empty() && acked_.front().begin <= acked_prefix_) {
      acked_prefix_ = std::max(acked_prefix_, acked_.front().end);
      acked_.pop_front();
    }
    release_acked_pieces();
  }

  /// What of the range is not acknowledged must be sent again.
  void on_lost(interval range) {
    range.begin = std::max(range.begin, acked_prefix_);
    range.end = std::min(range.end, sent_);
    if (range.begin >= range.end) return;
    auto known =
        std::partition_point(acked_.begin(), acked_.end(), [&](auto const& i) { return i.end <= range.begin; });
    for (; known != acked_.end() && known->begin < range.end; ++known) {
      lost_.insert({range.begin, known->begin});
      range.begin = known->end;
    }
    lost_.insert(range);
  }

  /// Forgets the bytes from `offset` on, none of which was sent.
  void cut(std::uint64_t offset) noexcept {
    QUOIN_ASSERT(offset >= sent_ && offset <= end_);
    while (!pieces_.empty() && pieces_.back().begin >= offset) {
      chunk_pool::give_back(pool_, std::move(pieces_.back().block));
      pieces_.pop_back();
    }
    if (!pieces_.empty())
      pieces_.back().size = std::min(pieces_.back().size, static_cast<std::size_t>(offset - pieces_.back().begin));
    end_ = offset;
  }

  /// Lets go of all bytes, as if they were acknowledged; offsets stay.
  void clear() noexcept {
    while (!pieces_.empty()) release_front();
    lost_.clear();
    acked_.clear();
    acked_prefix_ = sent_ = end_;
  }

  /// Everything is to be sent again, as if nothing had ever been; the peer must have taken nothing.
  void rewind() noexcept {
    QUOIN_ASSERT(acked_prefix_ == 0);
    lost_.clear();
    sent_ = 0;
  }

  /// Ready for another stream: empty, at offset 0, with the memory it has.
  void restart() noexcept {
    clear();
    acked_prefix_ = sent_ = end_ = 0;
  }

 private:
  struct piece {
    std::uint64_t begin = 0;
    std::uint8_t const* data = nullptr;
    std::size_t size = 0;
    std::shared_ptr<void const> owner;
    std::unique_ptr<chunk> block;  ///< for copies
  };

  [[nodiscard]] std::size_t room_in_last_chunk() const noexcept {
    return pieces_.empty() || !pieces_.back().block ? 0 : chunk::capacity - pieces_.back().size;
  }

  /// The index of the piece that holds `offset`; logarithmic, and constant where sending goes on where it stopped.
  [[nodiscard]] std::size_t piece_with(std::uint64_t offset) const noexcept {
    auto const holds = [&](std::size_t at) {
      return at < pieces_.size() && pieces_[at].begin <= offset && offset - pieces_[at].begin < pieces_[at].size;
    };
    auto const hinted = static_cast<std::size_t>(hint_ - released_);
    if (hint_ >= released_ && holds(hinted)) return hinted;
    if (hint_ >= released_ && holds(hinted + 1)) {
      ++hint_;
      return hinted + 1;
    }
    std::size_t low = 0;
    for (auto high = pieces_.size(); high - low > 1;) {
      auto const middle = low + (high - low) / 2;
      (pieces_[middle].begin <= offset ? low : high) = middle;
    }
    hint_ = released_ + low;
    return low;
  }

  void release_acked_pieces() noexcept {
    while (!pieces_.empty() && pieces_.front().begin + pieces_.front().size <= acked_prefix_) release_front();
  }

  void release_front() noexcept {
    chunk_pool::give_back(pool_, std::move(pieces_.front().block));
    pieces_.pop_front();
    ++released_;
  }

  chunk_pool* pool_;
  ring<piece> pieces_;
  interval_set lost_;
  interval_set acked_;  ///< beyond the prefix
  std::uint64_t acked_prefix_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t released_ = 0;      ///< pieces let go so far
  mutable std::uint64_t hint_ = 0;  ///< the piece used last, counted from the first ever
};

}  // namespace quoin
