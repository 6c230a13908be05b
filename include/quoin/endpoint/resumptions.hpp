// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which connections' handshakes can go on because other threads have finished their work.
#pragma once

#include <quoin/base/callback.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace quoin {

/// Numbers of connections, put in by any thread and taken out by the endpoint's. The work under way shares it, for it
/// may outlive its connection and the endpoint. Every connection has at most one piece of work under way, so it holds
/// no more numbers than there were connections since it was last emptied.
class resumptions {
 public:
  /// `wake` is called, by any thread, when there is something new, until `close`.
  explicit resumptions(callback<void()> wake) : wake_(wake) {}

  void add(std::uint32_t number) noexcept {
    std::scoped_lock const lock{mutex_};
    try {
      numbers_.push_back(number);
    } catch (std::bad_alloc const&) {
      all_ = true;
    }
    any_.store(true, std::memory_order_release);
    if (wake_) wake_();
  }

  /// Calls `each(number)` for every number, or `all()` when some were lost for want of memory.
  template <class Each, class All>
  void take(Each&& each, All&& all) {
    if (!any_.load(std::memory_order_acquire)) return;
    bool everyone = false;
    {
      std::scoped_lock const lock{mutex_};
      any_.store(false, std::memory_order_relaxed);
      taken_.swap(numbers_);
      everyone = std::exchange(all_, false);
    }
    // Who goes on may leave work again, which may be done at once and then wants the lock.
    if (everyone)
      all();
    else
      for (auto const number : taken_) each(number);
    taken_.clear();
  }

  /// Nobody is woken any more once this has returned.
  void close() noexcept {
    std::scoped_lock const lock{mutex_};
    wake_ = {};
  }

 private:
  std::mutex mutex_;
  callback<void()> wake_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::uint32_t> taken_;  // of the endpoint's thread
  bool all_ = false;
  std::atomic<bool> any_{false};
};

}  // namespace quoin
