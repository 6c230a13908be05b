// SPDX-License-Identifier: BSL-1.0
/// \file
/// A coroutine as messages see it. They need not know the type, nor the header, of coroutines.
#pragma once

#include <memory>
#include <utility>

namespace quoin::http3 {

/// A coroutine that was started, with all those that it waits for. It ends by itself, or is given up where it waits.
class work {
 public:
  work(void* frame, void (*destroy)(void*)) noexcept : frame_(frame), destroy_(destroy) {}
  work(work const&) = delete;
  work& operator=(work const&) = delete;

  [[nodiscard]] bool over() const noexcept { return frame_ == nullptr; }
  /// Destroys it, at once or as soon as it waits.
  void give_up() {
    given_up_ = true;
    if (!running_ && frame_ != nullptr) destroy_(frame_);
  }

  // ---- for coroutines

  void note_end() noexcept { frame_ = nullptr; }
  /// Has `step` go on with it until it waits again.
  template <class Step>
  void run(Step step) {
    running_ = true;
    step();
    running_ = false;
    if (given_up_ && frame_ != nullptr) destroy_(frame_);
  }

 private:
  void* frame_;
  void (*destroy_)(void*);
  bool running_ = false;
  bool given_up_ = false;
};

/// Gives its work up when it goes, unless that is over.
class kept_work {
 public:
  kept_work() = default;
  explicit kept_work(std::shared_ptr<work> kept) noexcept : kept_(std::move(kept)) {}
  kept_work(kept_work&&) noexcept = default;
  kept_work& operator=(kept_work&& other) noexcept {
    reset();
    kept_ = std::move(other.kept_);
    return *this;
  }
  ~kept_work() { reset(); }

  void reset() noexcept {
    if (auto const gone = std::exchange(kept_, nullptr)) gone->give_up();
  }

 private:
  std::shared_ptr<work> kept_;
};

namespace detail {

/// The handle of a coroutine that says to which work it belongs, as a `task` does.
template <class Handle>
concept task_handle = requires(Handle waits) {
  waits.promise().belongs_to();
  waits.resume();
};

/// Goes on with a coroutine once, if it is still there. One that goes without that takes the coroutine along, for
/// nobody else would ever go on with it.
template <class Handle>
class suspended {
  static_assert(task_handle<Handle>,
                "quoin: HTTP/3 messages can be awaited in a coroutine that returns quoin::http3::task");

 public:
  explicit suspended(Handle waits) : work_(waits.promise().belongs_to()), waits_(waits) {}
  suspended(suspended&&) noexcept = default;
  suspended& operator=(suspended&&) = delete;
  ~suspended() {
    if (work_) work_->give_up();
  }

  [[nodiscard]] bool gone() const noexcept { return work_->over(); }
  void operator()() {
    auto const whole = std::exchange(work_, nullptr);
    if (!whole->over()) whole->run([waits = waits_] { waits.resume(); });
  }

 private:
  std::shared_ptr<work> work_;
  Handle waits_;
};

}  // namespace detail

}  // namespace quoin::http3
