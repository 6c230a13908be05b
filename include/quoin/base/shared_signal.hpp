// SPDX-License-Identifier: BSL-1.0
/// \file
/// A call to whoever must not be missed, from whichever thread.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace quoin {

/// A member function with the object that it is called for, which lives as long as the signal, and a number that says
/// who signals. Copied without allocating. Empty unless made by `to`.
///
///     shared_signal::to<&resumptions::add>(list, 7)   // calls list->add(7)
class shared_signal {
 public:
  shared_signal() noexcept = default;

  template <auto Member, class Object>
  static shared_signal to(std::shared_ptr<Object> object, std::uint32_t number) noexcept {
    shared_signal made;
    made.object_ = std::move(object);
    made.call_ = [](void* at, std::uint32_t of) noexcept { (static_cast<Object*>(at)->*Member)(of); };
    made.number_ = number;
    return made;
  }

  explicit operator bool() const noexcept { return call_ != nullptr; }
  void operator()() const noexcept {
    if (call_ != nullptr) call_(object_.get(), number_);
  }

 private:
  std::shared_ptr<void> object_;
  void (*call_)(void*, std::uint32_t) noexcept = nullptr;
  std::uint32_t number_ = 0;
};

}  // namespace quoin
