// SPDX-License-Identifier: BSL-1.0
/// \file
/// Packet numbers left out on purpose: who acknowledges one did not receive what it acknowledges (RFC 9000 21.4).
#pragma once

#include <quoin/core/types.hpp>

#include <array>

namespace quoin {

/// The newest few skipped numbers of a space.
class skipped_numbers {
 public:
  static constexpr std::size_t capacity = 8;

  void add(packet_number number) noexcept {
    numbers_[count_ % capacity] = number;
    ++count_;
  }

  /// Whether an ACK frame claims to have received one of them.
  template <class Ack>
  [[nodiscard]] bool any_in(Ack const& ack) const {
    if (count_ == 0) return false;
    bool found = false;
    ack.for_each_range([&](packet_number smallest, packet_number largest) {
      for (auto const number : numbers_) found = found || (number >= smallest && number <= largest);
    });
    return found;
  }

  /// `number` moved down by one for each skipped number between it and `top`: a gap that we made ourselves must not
  /// count as reordering (RFC 9002 A.10). `no_packet` when there is none so low.
  [[nodiscard]] packet_number lower(packet_number number, packet_number top) const noexcept {
    for (std::size_t i = 0; i < capacity && i < count_; ++i) {
      auto const skipped = numbers_[(count_ - 1 - i) % capacity];  // newest first
      if (skipped < number || skipped >= top) continue;
      if (number == 0) return no_packet;
      --number;
    }
    return number;
  }

 private:
  static constexpr std::array<packet_number, capacity> none() noexcept {
    std::array<packet_number, capacity> numbers{};
    numbers.fill(no_packet);
    return numbers;
  }

  std::array<packet_number, capacity> numbers_ = none();
  std::size_t count_ = 0;
};

}  // namespace quoin
