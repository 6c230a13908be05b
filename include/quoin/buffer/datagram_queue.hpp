// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams that wait: each in one piece, in one memory that goes round.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/ring.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>
#include <vector>

namespace quoin {

/// First in, first out, up to a cap. Memory grows with use and is kept, so that a queue in steady state does not
/// allocate. Each datagram counts with its bookkeeping, so that empty ones find an end too.
class datagram_queue {
 public:
  explicit datagram_queue(byte_count cap) noexcept : cap_(cap) {}

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// What the cap limits.
  [[nodiscard]] byte_count used() const noexcept { return used_; }
  /// Bytes of datagrams.
  [[nodiscard]] byte_count bytes() const noexcept { return used_ - entries_.size() * sizeof(entry); }
  [[nodiscard]] bool has_room(std::size_t size) const noexcept {
    return could_hold(size) && used_ + size + sizeof(entry) <= cap_;
  }
  /// Whether there would be room if nothing else waited.
  [[nodiscard]] bool could_hold(std::size_t size) const noexcept {
    return sizeof(entry) <= cap_ && size <= cap_ - sizeof(entry);
  }

  /// Copies a datagram in, for which there must be room.
  void push(byte_view datagram) {
    QUOIN_ASSERT(has_room(datagram.size()));
    auto const at = place_for(std::max<std::size_t>(datagram.size(), 1));
    std::copy_n(datagram.data(), datagram.size(), memory_.data() + at);
    entries_.push_back({at, datagram.size()});
    end_ = at + std::max<std::size_t>(datagram.size(), 1);
    used_ += datagram.size() + sizeof(entry);
  }

  /// The oldest, where it lies until it is popped or something is pushed.
  [[nodiscard]] byte_view front() const noexcept {
    return byte_view{memory_}.subspan(entries_.front().at, entries_.front().size);
  }

  void pop() noexcept {
    used_ -= entries_.front().size + sizeof(entry);
    entries_.pop_front();
  }

 private:
  struct entry {
    std::size_t at = 0;
    std::size_t size = 0;
  };

  /// Where `size` bytes, at least one, lie in one piece behind the newest datagram, or else at the beginning.
  std::size_t place_for(std::size_t size) {
    if (entries_.empty()) end_ = 0;
    auto const oldest = entries_.empty() ? 0 : entries_.front().at;
    bool const wrapped = !entries_.empty() && end_ <= oldest;
    if (size <= (wrapped ? oldest : memory_.size()) - end_) return end_;
    if (!wrapped && size <= oldest) return 0;
    grow(size);
    return end_;
  }

  void grow(std::size_t more) {
    std::vector<std::uint8_t> larger(std::max<std::size_t>(2 * memory_.size(), 2 * more + 1024));
    std::size_t at = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      auto& one = entries_[i];
      std::copy_n(memory_.data() + one.at, one.size, larger.data() + at);
      one.at = at;
      at += std::max<std::size_t>(one.size, 1);
    }
    memory_ = std::move(larger);
    end_ = at;
  }

  std::vector<std::uint8_t> memory_;
  ring<entry> entries_;
  std::size_t end_ = 0;  // behind the newest
  byte_count used_ = 0;
  byte_count cap_;
};

}  // namespace quoin
