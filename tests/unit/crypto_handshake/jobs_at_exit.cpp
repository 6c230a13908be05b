// SPDX-License-Identifier: BSL-1.0
// A job that has let go of its pool is at work when `main` ends: the process has to wait for it, or the job would go on
// with what has been taken down. Exits with 1 when it did not wait.
#include <quoin/crypto/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <latch>

namespace {

std::atomic<bool> done{false};

struct taken_down_at_exit {
  ~taken_down_at_exit() {
    if (!done) std::_Exit(1);
  }
};

}  // namespace

int main() {
  static taken_down_at_exit const library;
  static std::latch begun{1};
  static std::latch let_go{1};
  auto pool = std::make_shared<quoin::worker_pool>(2);
  pool->post([kept = pool]() mutable {
    begun.count_down();
    let_go.wait();
    kept.reset();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    done = true;
  });
  pool.reset();
  begun.wait();
  let_go.count_down();
}
