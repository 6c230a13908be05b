// SPDX-License-Identifier: BSL-1.0
/// \file
/// Credit for bytes, of a connection or of one stream: what the peer lets us send and what we let it send (RFC
/// 9000 4.1).
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>

namespace quoin {

/// A limit that the peer set on what we send, and how much of it is used. Also says once for each limit that it is in
/// the way, in a *_BLOCKED frame (RFC 9000 4.1).
class send_credit {
 public:
  send_credit() noexcept = default;
  explicit send_credit(std::uint64_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }
  /// Less than nothing is used only up by early data that was rejected.
  [[nodiscard]] std::uint64_t available() const noexcept { return limit_ > used_ ? limit_ - used_ : 0; }
  [[nodiscard]] bool exhausted() const noexcept { return limit_ <= used_; }

  /// The peer announced a limit. One that is not larger is ignored (RFC 9000 4.1, 4.6); true when it was larger.
  bool raise(std::uint64_t limit) noexcept {
    if (limit <= limit_) return false;
    limit_ = limit;
    blocked_ = blocked_state::no;
    return true;
  }

  void use(std::uint64_t count) noexcept {
    QUOIN_ASSERT(count <= available());
    used_ += count;
  }

  /// What was used turned out not to be needed, which the peer knows as well.
  void give_back(std::uint64_t count) noexcept {
    QUOIN_ASSERT(count <= used_);
    used_ -= count;
  }

  /// The limit was one remembered from before, and does not hold (RFC 9001 4.6.2); `used` is what will be used at once.
  void start_over(std::uint64_t used) noexcept {
    limit_ = 0;
    used_ = used;
    blocked_ = blocked_state::no;
  }

  /// We wished to send and could not. Owes a report unless one was made for this limit.
  void note_blocked() noexcept {
    if (blocked_ == blocked_state::no) blocked_ = blocked_state::owed;
  }
  /// Whether a report of the present limit should be sent.
  [[nodiscard]] bool owes_report() const noexcept { return blocked_ == blocked_state::owed; }
  void on_report_sent() noexcept { blocked_ = blocked_state::reported; }
  /// A report of `limit` was lost: it is owed again if that limit still stands.
  void on_report_lost(std::uint64_t limit) noexcept {
    if (limit == limit_ && blocked_ == blocked_state::reported) blocked_ = blocked_state::owed;
  }
  void forget_report() noexcept { blocked_ = blocked_state::no; }

 private:
  enum class blocked_state : std::uint8_t { no, owed, reported };

  std::uint64_t limit_ = 0;
  std::uint64_t used_ = 0;
  blocked_state blocked_ = blocked_state::no;
};

/// The credit that we give. It moves only with bytes that the application consumed, never with what arrives, and its
/// size follows how fast they are consumed (RFC 9000 4.2).
class receive_window {
 public:
  receive_window(byte_count size, byte_count max_size) noexcept
      : limit_(size), size_(size), max_size_(std::max(size, max_size)) {}

  /// The limit that the peer knows.
  [[nodiscard]] std::uint64_t limit() const noexcept { return limit_; }
  /// The highest count of bytes that the peer has used.
  [[nodiscard]] std::uint64_t received() const noexcept { return received_; }
  [[nodiscard]] std::uint64_t consumed() const noexcept { return consumed_; }
  [[nodiscard]] byte_count size() const noexcept { return size_; }

  /// Whether the peer may use `count` more bytes (RFC 9000 4.1).
  [[nodiscard]] bool allows(std::uint64_t count) const noexcept { return count <= limit_ - received_; }

  /// The peer used `count` more bytes, which it was allowed to.
  void on_received(std::uint64_t count) noexcept {
    QUOIN_ASSERT(allows(count));
    received_ += count;
  }

  /// The application took `count` bytes that had been received. When half of the window goes within a round trip, the
  /// whole of it would go within two: then it is too small for the path and doubles, up to its maximum.
  void on_consumed(std::uint64_t count, instant now, duration rtt) noexcept {
    release(count);
    bool const measuring = epoch_ != never;
    if (measuring && consumed_ - epoch_consumed_ < size_ / 2) return;
    if (measuring && now - epoch_ < rtt) size_ = size_ > max_size_ / 2 ? max_size_ : size_ * 2;
    epoch_ = now;
    epoch_consumed_ = consumed_;
  }

  /// Bytes that nobody will ever take are given back; says nothing about the application's speed.
  void release(std::uint64_t count) noexcept {
    QUOIN_ASSERT(count <= received_ - consumed_);
    consumed_ += count;
  }

  /// Whether half of the window is used up, so that a new limit is worth a frame.
  [[nodiscard]] bool update_due() const noexcept { return largest_limit() >= limit_ + (size_ + 1) / 2 && size_ != 0; }

  /// The limit that the consumed bytes allow; never less than the one announced.
  [[nodiscard]] std::uint64_t next_limit() const noexcept { return std::max(limit_, largest_limit()); }

  /// The peer is being told `next_limit()` in a MAX_DATA, MAX_STREAM_DATA or MAX_STREAMS frame.
  void announce() noexcept { limit_ = next_limit(); }

 private:
  [[nodiscard]] std::uint64_t largest_limit() const noexcept {
    return std::min(consumed_ + size_, std::uint64_t{1} << 60);
  }

  std::uint64_t limit_;
  std::uint64_t received_ = 0;
  std::uint64_t consumed_ = 0;
  byte_count size_;
  byte_count max_size_;
  instant epoch_ = never;
  std::uint64_t epoch_consumed_ = 0;
};

}  // namespace quoin
