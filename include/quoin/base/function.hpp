// SPDX-License-Identifier: BSL-1.0
/// \file
/// Callables that are kept until something happens.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace quoin {

template <class Signature>
class function;

/// Holds one callable, which need not be copyable. Small ones lie in place, so that what captures a
/// few pointers allocates nothing.
template <class Result, class... Arguments>
class function<Result(Arguments...)> {
  static constexpr std::size_t room = 6 * sizeof(void*);

 public:
  function() noexcept = default;

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, function> && std::is_invocable_r_v<Result, F&, Arguments...>)
      function(F callable) {  // NOLINT: meant to convert
    if constexpr (lies_in_place<F>) {
      ::new (static_cast<void*>(place_)) F(std::move(callable));
    } else {
      auto owned = std::make_unique<F>(std::move(callable));
      ::new (static_cast<void*>(place_)) F*(owned.release());
    }
    what_ = &operations_of<F>;
  }

  function(function&& other) noexcept { take(other); }
  function& operator=(function&& other) noexcept {
    if (this == &other) return *this;
    reset();
    take(other);
    return *this;
  }
  ~function() { reset(); }

  explicit operator bool() const noexcept { return what_ != nullptr && what_ != &away; }
  /// Whether it holds a callable, here or lent out.
  [[nodiscard]] bool is_kept() const noexcept { return what_ != nullptr; }
  Result operator()(Arguments... arguments) { return what_->call(place_, std::forward<Arguments>(arguments)...); }

  void reset() noexcept {
    if (*this) what_->destroy(place_);
    what_ = nullptr;
  }

  /// Hands the callable out for a while; this one is empty meanwhile.
  [[nodiscard]] function lend() noexcept {
    auto lent = std::move(*this);
    what_ = &away;
    return lent;
  }
  /// Takes it back, unless this was given something else or was emptied in between.
  void take_back(function lent) noexcept {
    if (what_ == &away) *this = std::move(lent);
  }

 private:
  struct operations {
    Result (*call)(void*, Arguments&&...);
    void (*move)(void*, void*) noexcept;
    void (*destroy)(void*) noexcept;
  };

  template <class F>
  static constexpr bool lies_in_place = sizeof(F) <= room &&
                                        alignof(F) <= alignof(void*) && std::is_nothrow_move_constructible_v<F>;

  /// Marks one whose callable is lent.
  static constexpr operations away{};

  template <class F>
  static F& at(void* place) noexcept {
    if constexpr (lies_in_place<F>)
      return *std::launder(static_cast<F*>(place));
    else
      return **std::launder(static_cast<F**>(place));
  }

  template <class F>
  static constexpr operations operations_of{[](void* place, Arguments&&... arguments) -> Result {
                                              return at<F>(place)(std::forward<Arguments>(arguments)...);
                                            },
                                            [](void* from, void* to) noexcept {
                                              if constexpr (lies_in_place<F>) {
                                                ::new (to) F(std::move(at<F>(from)));
                                                at<F>(from).~F();
                                              } else {
                                                ::new (to) F*(&at<F>(from));
                                              }
                                            },
                                            [](void* place) noexcept {
                                              if constexpr (lies_in_place<F>)
                                                at<F>(place).~F();
                                              else
                                                delete &at<F>(place);
                                            }};

  void take(function& other) noexcept {
    if (!other) return;
    other.what_->move(other.place_, place_);
    what_ = std::exchange(other.what_, nullptr);
  }

  alignas(void*) std::byte place_[room]{};
  operations const* what_ = nullptr;
};

/// Calls what is in `kept`, which may be replaced or emptied by the call itself.
template <class Result, class... Parameters, class... Arguments>
Result call_kept(function<Result(Parameters...)>& kept, Arguments&&... arguments) {
  struct borrowed {
    function<Result(Parameters...)>& from;
    function<Result(Parameters...)> callable;
    ~borrowed() { from.take_back(std::move(callable)); }
  } now{kept, kept.lend()};
  return now.callable(std::forward<Arguments>(arguments)...);
}

/// Calls what is in `kept` for the only time: it is empty before, so that the call may put something there.
template <class Result, class... Parameters, class... Arguments>
Result call_once(function<Result(Parameters...)>& kept, Arguments&&... arguments) {
  auto now = std::move(kept);
  return now(std::forward<Arguments>(arguments)...);
}

}  // namespace quoin
