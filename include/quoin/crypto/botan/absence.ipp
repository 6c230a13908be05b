// SPDX-License-Identifier: BSL-1.0
/// \file
/// An engine that is away, at work on another thread, and what waits for its return. Included by handshake.ipp.
#pragma once

#include <quoin/crypto/botan/engine.ipp>

#include <atomic>

namespace quoin {

/// While it is away the engine belongs to the job alone, which keeps it alive if its connection ends meanwhile. What
/// the job did is seen by whoever has seen that it is done.
struct botan_handshake::absence {
  struct held_bytes {
    encryption_level level;
    std::vector<std::uint8_t> bytes;
  };

  absence(std::shared_ptr<config const> settings, shared_signal resumable)
      : settings_(std::move(settings)), resumable_(std::move(resumable)) {}

  [[nodiscard]] bool away() const noexcept { return job_ != nullptr; }
  [[nodiscard]] bool is_over() const noexcept { return job_->done.load(std::memory_order_acquire); }

  /// Sends the engine away to go on with its message; false when nobody takes it.
  [[nodiscard]] bool leave(std::shared_ptr<engine> const& to_work) {
    job_ = std::make_shared<job>(to_work, resumable_);
    if (settings_->get().settings.executor([started = job_] { started->run(); })) return true;
    job_.reset();
    return false;
  }

  /// The end of an absence that is over, with its outcome.
  result<> end() { return std::exchange(job_, nullptr)->outcome; }

  /// RFC 9000 7.5: what comes meanwhile waits, but no more of it than could be put in order.
  result<> hold(encryption_level level, byte_view bytes) {
    if (bytes.size() > limits::crypto_buffer - held_size_)
      return fail(error_code::crypto_buffer_exceeded, "TLS: too much data while the handshake is worked on");
    // Side by side, or what comes in single bytes would cost many times what it is.
    if (held_.empty() || held_.back().level != level) held_.push_back({level, {}});
    auto& last = held_.back().bytes;
    last.insert(last.end(), bytes.begin(), bytes.end());
    held_size_ += bytes.size();
    return {};
  }

  [[nodiscard]] std::vector<held_bytes> take_held() {
    held_size_ = 0;
    return std::exchange(held_, {});
  }

 private:
  struct job {
    job(std::shared_ptr<engine> to_work, shared_signal when_done)
        : at_work(std::move(to_work)), resumable(std::move(when_done)) {}

    void run() {
      outcome = at_work->go_on();
      at_work.reset();
      done.store(true, std::memory_order_release);
      resumable();
    }

    std::shared_ptr<engine> at_work;
    shared_signal resumable;
    result<> outcome;
    std::atomic<bool> done{false};
  };

  std::shared_ptr<config const> settings_;
  shared_signal resumable_;
  std::shared_ptr<job> job_;
  std::vector<held_bytes> held_;
  std::size_t held_size_ = 0;
};

}  // namespace quoin
