// SPDX-License-Identifier: BSL-1.0
/// \file
/// A value or an error, after the interface of C++23's `std::expected`. Nothing here throws.
#pragma once

#include <quoin/base/contract.hpp>

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace quoin {

/// Wraps an error on its way into a `basic_result`.
template <class E>
struct unexpected {
  E error;
};

template <class E>
unexpected(E) -> unexpected<E>;

/// Either a `T` or the `E` that says why there is none. Asking for the one that is not there breaks a contract.
template <class T, class E>
class [[nodiscard]] basic_result {
 public:
  using value_type = T;
  using error_type = E;

  constexpr basic_result(T value) noexcept(std::is_nothrow_move_constructible_v<T>)
      : state_(std::in_place_index<0>, std::move(value)) {}

  template <class G>
  requires std::is_convertible_v<G, E>
  constexpr basic_result(unexpected<G> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return state_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  constexpr T& value() & noexcept { return *get(); }
  constexpr T const& value() const& noexcept { return *get(); }
  constexpr T&& value() && noexcept { return std::move(*get()); }
  constexpr T& operator*() & noexcept { return *get(); }
  constexpr T const& operator*() const& noexcept { return *get(); }
  constexpr T&& operator*() && noexcept { return std::move(*get()); }
  constexpr T* operator->() noexcept { return get(); }
  constexpr T const* operator->() const noexcept { return get(); }

  template <class U>
  constexpr T value_or(U&& other) const& {
    return has_value() ? *get() : static_cast<T>(std::forward<U>(other));
  }

  constexpr E const& error() const noexcept {
    auto const* error = std::get_if<1>(&state_);
    QUOIN_ASSERT(error != nullptr);
    return *error;
  }

 private:
  constexpr T* get() noexcept {
    auto* value = std::get_if<0>(&state_);
    QUOIN_ASSERT(value != nullptr);
    return value;
  }
  constexpr T const* get() const noexcept {
    auto const* value = std::get_if<0>(&state_);
    QUOIN_ASSERT(value != nullptr);
    return value;
  }

  std::variant<T, E> state_;
};

/// Success without a value, or the `E` that says what went wrong.
template <class E>
class [[nodiscard]] basic_result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  constexpr basic_result() noexcept = default;

  template <class G>
  requires std::is_convertible_v<G, E>
  constexpr basic_result(unexpected<G> failure) : error_(std::move(failure.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return !error_.has_value(); }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  constexpr E const& error() const noexcept {
    QUOIN_ASSERT(error_.has_value());
    return *error_;
  }

 private:
  std::optional<E> error_;
};

}  // namespace quoin

/// Leaves the enclosing function with the error of `expression` unless it succeeded.
#define QUOIN_TRY(expression)                                           \
  do {                                                                  \
    if (auto quoin_outcome = (expression); !quoin_outcome) [[unlikely]] \
      return ::quoin::unexpected{quoin_outcome.error()};                \
  } while (false)
