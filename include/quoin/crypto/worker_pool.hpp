// SPDX-License-Identifier: BSL-1.0
/// \file
/// A job executor of plain threads.
#pragma once

#include <quoin/crypto/job_executor.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

namespace quoin {

/// Threads that take jobs in the order in which they came. With `longest_queue` jobs waiting it takes no more, so that
/// a flood of handshakes is slowed down at its source. Its destructor has done what still waits; a job may let go of
/// the last that keeps the pool alive.
class worker_pool {
 public:
  /// Throws std::invalid_argument for a pool without a thread, and std::system_error.
  explicit worker_pool(std::size_t threads, std::size_t longest_queue = 1024)
      : jobs_(std::make_shared<queue>(longest_queue)) {
    if (threads == 0) throw std::invalid_argument{"a worker_pool has at least 1 thread, not 0"};
    threads_.reserve(threads);
    try {
      while (threads_.size() < threads) threads_.emplace_back([jobs = jobs_] { jobs->work(); });
    } catch (...) {
      end();
      throw;
    }
  }
  worker_pool(worker_pool const&) = delete;
  worker_pool& operator=(worker_pool const&) = delete;
  ~worker_pool() { end(); }

  bool post(std::function<void()> job) { return jobs_->add(std::move(job)); }

 private:
  class queue {
   public:
    explicit queue(std::size_t longest) : longest_(longest) {}

    bool add(std::function<void()> job) try {
      {
        std::scoped_lock const lock{mutex_};
        if (jobs_.size() >= longest_) return false;
        jobs_.push_back(std::move(job));
      }
      changed_.notify_one();
      return true;
    } catch (std::bad_alloc const&) {
      return false;
    }

    void work() {
      for (;;) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        auto const job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
      }
    }

    void end() {
      {
        std::scoped_lock const lock{mutex_};
        ending_ = true;
      }
      changed_.notify_all();
    }

   private:
    std::size_t longest_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool ending_ = false;
  };

  void end() {
    jobs_->end();
    for (auto& thread : threads_)
      // The thread that we are in has the queue for itself, and ends when it comes back to it.
      if (thread.get_id() == std::this_thread::get_id())
        thread.detach();
      else
        thread.join();
    threads_.clear();
  }

  std::shared_ptr<queue> jobs_;
  std::vector<std::thread> threads_;
};

static_assert(job_executor<worker_pool>);

}  // namespace quoin
