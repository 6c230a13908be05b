// SPDX-License-Identifier: BSL-1.0
/// \file
/// Random bytes from the operating system, fetched a pool at a time.
#pragma once

#include <quoin/base/bytes.hpp>

#include <string.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace quoin {

/// The kernel's cryptographic generator (getrandom). Small requests are served from a pool, so that one system call
/// makes a dozen connection IDs; what was handed out is wiped from the pool at once. A copy starts with an empty pool,
/// so that no two objects ever hand out the same bytes. The pool is not shared safely across `fork`: make the object
/// in the process that uses it.
///
/// There is no going on without randomness: if the kernel has none to give, the process ends.
class system_entropy {
 public:
  system_entropy() noexcept = default;
  system_entropy(system_entropy const&) noexcept {}
  system_entropy& operator=(system_entropy const&) noexcept { return *this; }
  ~system_entropy() { ::explicit_bzero(pool_.data(), pool_.size()); }

  /// Another object over the same generator.
  [[nodiscard]] system_entropy fork() const noexcept { return {}; }

  void fill(byte_span room) noexcept {
    if (room.size() >= pool_.size()) {
      fetch(room);
      return;
    }
    if (room.size() > left_) {
      fetch(pool_);
      left_ = pool_.size();
    }
    auto const taken = byte_span{pool_}.subspan(pool_.size() - left_, room.size());
    std::copy(taken.begin(), taken.end(), room.begin());
    if (!taken.empty()) ::explicit_bzero(taken.data(), taken.size());
    left_ -= taken.size();
  }

 private:
  static void fetch(byte_span room) noexcept {
    while (!room.empty()) {
      auto const got = ::getrandom(room.data(), room.size(), 0);
      if (got < 0) {
        if (errno == EINTR) continue;
        std::perror("quoin: the system has no random bytes");
        std::abort();
      }
      room = room.subspan(static_cast<std::size_t>(got));
    }
  }

  std::array<std::uint8_t, 256> pool_{};
  std::size_t left_ = 0;
};

}  // namespace quoin
