// SPDX-License-Identifier: BSL-1.0
/// \file
/// A function that a component of lower rank may call back, without knowing whom.
#pragma once

namespace quoin {

template <class Signature>
class callback;

/// A function together with the object that it is called for: nothing is owned and nothing allocated, so the object
/// must outlive it. Empty unless made by `to`.
///
///     callback<bool(int)>::to<&is_known>(book)   // calls is_known(book, 7)
template <class Result, class... Arguments>
class callback<Result(Arguments...)> {
 public:
  constexpr callback() noexcept = default;

  template <auto Function, class Object>
  static constexpr callback to(Object& object) noexcept {
    callback made;
    made.object_ = &object;
    made.call_ = [](void* at, Arguments... arguments) -> Result {
      return Function(*static_cast<Object*>(at), static_cast<Arguments>(arguments)...);
    };
    return made;
  }

  constexpr explicit operator bool() const noexcept { return call_ != nullptr; }
  Result operator()(Arguments... arguments) const { return call_(object_, static_cast<Arguments>(arguments)...); }

 private:
  void* object_ = nullptr;
  Result (*call_)(void*, Arguments...) = nullptr;
};

}  // namespace quoin
