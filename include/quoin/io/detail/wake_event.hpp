// SPDX-License-Identifier: BSL-1.0
/// \file
/// What one thread sets and another one's epoll sees.
#pragma once

#include <quoin/io/detail/system_calls.hpp>
#include <quoin/io/detail/udp_socket.hpp>

#include <atomic>
#include <cstdint>

namespace quoin::detail {

/// An eventfd, which is not there until it is opened.
template <class Calls>
class wake_event {
 public:
  [[nodiscard]] bool open() noexcept {
    fd_ = descriptor<Calls>{Calls::eventfd()};
    return fd_.get() >= 0;
  }
  [[nodiscard]] bool is_open() const noexcept { return fd_.get() >= 0; }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// For any thread.
  void set() noexcept {
    // In this order, or the event could stay set with nobody knowing.
    Calls::write_event(fd_.get());
    set_.store(true, std::memory_order_release);
  }
  /// Costs no system call unless somebody has set it.
  void clear() noexcept {
    if (set_.load(std::memory_order_relaxed) && set_.exchange(false, std::memory_order_acquire))
      Calls::read_event(fd_.get());
  }

 private:
  descriptor<Calls> fd_;
  std::atomic<bool> set_{false};
};

}  // namespace quoin::detail
