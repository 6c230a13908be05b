// SPDX-License-Identifier: BSL-1.0
/// \file
/// One observer slot, several observers.
#pragma once

#include <quoin/policy/observer.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace quoin {

/// Tells every event to each of its observers, in the order in which they are listed. Those that are not enabled cost
/// nothing, and a tee of none but those is not enabled itself.
template <class... Observers>
class tee {
 public:
  static constexpr bool enabled = (false || ... || Observers::enabled);

  tee() requires(std::is_default_constructible_v<Observers>&&...) = default;
  explicit tee(Observers... observers) requires(sizeof...(Observers) > 0) : observers_(std::move(observers)...) {}

  template <class Event>
  void on(Event const& event) {
    std::apply([&](auto&... each) { (tell(each, event), ...); }, observers_);
  }

  /// The observer of this type, which must be listed once.
  template <class Observer>
  [[nodiscard]] Observer& get() noexcept {
    return std::get<Observer>(observers_);
  }
  template <class Observer>
  [[nodiscard]] Observer const& get() const noexcept {
    return std::get<Observer>(observers_);
  }

 private:
  template <class Observer, class Event>
  static void tell(Observer& observer, Event const& event) {
    if constexpr (Observer::enabled) observer.on(event);
  }

  std::tuple<Observers...> observers_;
};

static_assert(connection_observer<tee<>>);

}  // namespace quoin
