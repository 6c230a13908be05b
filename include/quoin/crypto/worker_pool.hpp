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
#include <utility>
#include <vector>

namespace quoin {

namespace detail {

/// Keeps the end of the process waiting for jobs that have begun: what they use, a cryptographic library's own state
/// among it, is taken down behind `main`. A job that has let go of the last that kept its pool has nobody else who
/// waits for it.
class jobs_of_process {
 public:
  static jobs_of_process& get() {
    // Never destroyed, so that threads may ask at any time.
    static auto& jobs = *new jobs_of_process;
    return jobs;
  }

  /// From now on what was set up before is taken down after the jobs have ended.
  static void outlive_what_is_there() {
    struct end_of_process {
      ~end_of_process() { get().end_all(); }
    };
    static end_of_process const end;
  }

  /// False when the process is about to end, and no job is to begin.
  bool begin() {
    std::scoped_lock const lock{mutex_};
    if (ending_) return false;
    ++running_;
    return true;
  }
  void end() {
    std::scoped_lock const lock{mutex_};
    if (--running_ == 0) ended_.notify_all();
  }

  /// Takes a thread that its pool cannot wait for; it is in the pool's last job.
  void keep(std::thread thread) {
    std::vector<std::thread> before;
    {
      std::scoped_lock const lock{mutex_};
      before = std::exchange(kept_, {});
      kept_.push_back(std::move(thread));
    }
    for (auto& other : before) other.join();
  }

 private:
  void end_all() {
    {
      std::unique_lock lock{mutex_};
      ending_ = true;
      ended_.wait(lock, [&] { return running_ == 0; });
    }
    for (auto& thread : kept_) thread.join();
    kept_.clear();
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<std::thread> kept_;
  std::size_t running_ = 0;
  bool ending_ = false;
};

}  // namespace detail

/// Threads that take jobs in the order in which they came. With `longest_queue` jobs waiting it takes no more, so that
/// a flood of handshakes is slowed down at its source. Its destructor has done what still waits; a job may let go of
/// the last that keeps the pool alive. A process that ends waits for jobs that have begun, and begins no other.
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
      detail::jobs_of_process::outlive_what_is_there();
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
        if (jobs_.empty() || !process_.begin()) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        job = {};  // with all that it kept alive
        process_.end();
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
    detail::jobs_of_process& process_ = detail::jobs_of_process::get();
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
        detail::jobs_of_process::get().keep(std::move(thread));
      else
        thread.join();
    threads_.clear();
  }

  std::shared_ptr<queue> jobs_;
  std::vector<std::thread> threads_;
};

static_assert(job_executor<worker_pool>);

}  // namespace quoin
