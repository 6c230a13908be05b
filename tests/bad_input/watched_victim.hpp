// SPDX-License-Identifier: BSL-1.0
/// \file
/// A victim whose memory is counted on the heap, and not by itself: before it is built it has none, and when it is gone
/// it must have none again.
#pragma once

#include "live_heap.hpp"

#include <memory>
#include <utility>

namespace quoin::testing {

/// The verdict on a victim that is gone while bytes that it took are not; a test of a test program, and the end of a
/// fuzzer's.
void memory_is_not_back(std::size_t bytes);

template <class Victim>
class watched {
 public:
  /// To be open while what the victim starts with is made.
  heap_account::scope charge() const noexcept { return heap_account::scope{account_}; }
  /// Takes what was made in an open `charge()`.
  void hold(std::unique_ptr<Victim> made) { victim_ = std::move(made); }

  watched() = default;
  watched(watched&&) noexcept = default;
  watched& operator=(watched&&) = delete;
  ~watched() {
    if (!victim_) return;
    victim_.reset();
    if (auto const left = account_.live_bytes(); left != 0) memory_is_not_back(left);
  }

  /// One call: what is taken from the heap until it has returned is the victim's.
  class call {
   public:
    explicit call(watched const& of) noexcept : charged_(of.account_), victim_(of.victim_.get()) {}
    Victim* operator->() const noexcept { return victim_; }

   private:
    heap_account::scope charged_;
    Victim* victim_;
  };
  call operator->() const noexcept { return call{*this}; }

  [[nodiscard]] std::size_t heap_bytes() const noexcept { return account_.live_bytes(); }
  [[nodiscard]] std::uint64_t heap_takings() const noexcept { return account_.takings(); }

 private:
  heap_account account_;
  std::unique_ptr<Victim> victim_;
};

/// The same for a whole bench, when what plays the peer's part lives with the victim: as long as it lives, everything
/// that is taken from the heap is the bench's.
class watched_life {
 public:
  watched_life() = default;
  watched_life(watched_life const&) = delete;
  watched_life& operator=(watched_life const&) = delete;
  ~watched_life() {
    if (auto const left = account_.live_bytes(); left != 0) memory_is_not_back(left);
  }

 private:
  heap_account account_;
  heap_account::scope charged_{account_};
};

template <class Bench>
struct watched_bench : private watched_life, Bench {
  using Bench::Bench;
};

}  // namespace quoin::testing
