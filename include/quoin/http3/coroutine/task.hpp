// SPDX-License-Identifier: BSL-1.0
/// \file
/// Coroutines that wait for messages:
///
///     http3::task<> answer(http3::request& request, http3::response& response) {
///       auto const body = co_await request.body();
///       co_await response.write_all("You said " + body);
///     }
///
/// and `server.serve(answer)`, or `http3::run(client, fetch(origin))`. A compiler that has C++20's coroutines is
/// needed: g++ 10, or clang 15.
#pragma once

#include <quoin/http3/api/awaited_answer.hpp>
#include <quoin/http3/api/awaited_content.hpp>

#include <coroutine>
#include <exception>
#include <optional>

namespace quoin::http3 {

template <class T = void>
class task;

namespace detail {

/// What all coroutines here know: to whom they belong, and who waits for their end.
class task_promise_base {
 public:
  [[nodiscard]] std::shared_ptr<work> const& belongs_to() const noexcept { return work_; }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  auto final_suspend() const noexcept {
    struct to_whoever_waits {
      std::coroutine_handle<> next;
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return next; }
      void await_resume() const noexcept {}
    };
    return to_whoever_waits{waits_};
  }
  void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

  template <class Promise>
  void start_for(std::coroutine_handle<Promise> waits) {
    waits_ = waits;
    work_ = waits.promise().belongs_to();
  }

 protected:
  void rethrow() const {
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  std::shared_ptr<work> work_;
  std::coroutine_handle<> waits_;
  std::exception_ptr thrown_;
};

template <class T>
class task_promise : public task_promise_base {
 public:
  task<T> get_return_object() noexcept;
  template <class U>
  requires std::is_constructible_v<T, U>
  void return_value(U&& value) { value_.emplace(std::forward<U>(value)); }
  T take() {
    rethrow();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class task_promise<void> : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const { rethrow(); }
};

/// The outermost coroutine: nobody waits for it, and it goes by itself when it has come to its end.
struct outermost {
  struct promise_type {
    std::shared_ptr<work> self;

    promise_type()
        : self(std::make_shared<work>(
              handle().address(), +[](void* frame) { std::coroutine_handle<>::from_address(frame).destroy(); })) {}
    promise_type(promise_type const&) = delete;
    promise_type& operator=(promise_type const&) = delete;
    ~promise_type() { self->note_end(); }

    [[nodiscard]] std::shared_ptr<work> const& belongs_to() const noexcept { return self; }
    outermost get_return_object() noexcept { return {handle()}; }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }  // `when_over` throws nothing

   private:
    std::coroutine_handle<promise_type> handle() noexcept {
      return std::coroutine_handle<promise_type>::from_promise(*this);
    }
  };

  std::coroutine_handle<promise_type> handle;
};

outermost go_through(task<> inner, function<void(std::exception_ptr)> when_over);

}  // namespace detail

/// A coroutine that begins when it is awaited, or started, and whose result or exception comes out there. Where it is
/// destroyed before its end, so are the coroutines that it waits for.
template <class T>
class [[nodiscard]] task {
 public:
  using promise_type = detail::task_promise<T>;

  explicit task(std::coroutine_handle<promise_type> made) noexcept : made_(made) {}
  task(task&& other) noexcept : made_(std::exchange(other.made_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    std::swap(made_, other.made_);
    return *this;
  }
  ~task() {
    if (made_) made_.destroy();
  }

  /// Begins it; `when_over(exception)` is called once when it has come to its end, with null unless it has thrown; it
  /// throws nothing.
  /// Whoever lets go of what is returned ends it where it waits, and hears nothing.
  kept_work start(function<void(std::exception_ptr)> when_over) && requires std::is_void_v<T> {
    auto const whole = detail::go_through(std::move(*this), std::move(when_over)).handle;
    auto kept = whole.promise().self;
    kept->run([whole] { whole.resume(); });
    return kept_work{std::move(kept)};
  }

  // ---- for `co_await`

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> waits) {
    made_.promise().start_for(waits);
    return made_;
  }
  T await_resume() { return made_.promise().take(); }

 private:
  std::coroutine_handle<promise_type> made_;
};

namespace detail {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
  return task<T>{std::coroutine_handle<task_promise>::from_promise(*this)};
}
inline task<> task_promise<void>::get_return_object() noexcept {
  return task<>{std::coroutine_handle<task_promise>::from_promise(*this)};
}

inline outermost go_through(task<> inner, function<void(std::exception_ptr)> when_over) {
  std::exception_ptr thrown;
  try {
    co_await inner;
  } catch (...) {
    thrown = std::current_exception();
  }
  when_over(thrown);
}

}  // namespace detail

}  // namespace quoin::http3
