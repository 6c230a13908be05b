// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an endpoint does while its network cannot be asked for arrivals: it says so once, and asks again after a pause
/// that grows, because whoever asks at once for ever does nothing else.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/policy/io.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

namespace quoin {

/// For an `io` that tells; nothing for others.
template <class Io, bool Tells = claims<Io, io_feature::receive_errors>>
class receive_trouble {
 public:
  /// After `io` was asked. Tells `handler.on_receive_error(error)`, where there is such a thing, of each new error.
  template <class Handler>
  void look(Io const& io, [[maybe_unused]] Handler& handler, instant at) {
    auto const error = io.receive_error();
    if (!error) return clear();
    if (told_ && at < again_) return;  // it was asked because of something else
    pause_ = std::clamp(pause_ * 2, shortest, longest);
    again_ = saturating_add(at, pause_);
    if (std::exchange(told_, error) == error) return;
    if constexpr (requires { handler.on_receive_error(error); }) handler.on_receive_error(error);
  }

  /// When to ask again.
  [[nodiscard]] instant again() const noexcept { return again_; }

 private:
  static constexpr duration shortest = std::chrono::milliseconds{1};
  static constexpr duration longest = std::chrono::milliseconds{100};

  void clear() noexcept {
    if (!told_) return;
    told_.clear();
    pause_ = duration::zero();
    again_ = never;
  }

  std::error_code told_;
  duration pause_ = duration::zero();
  instant again_ = never;
};

template <class Io>
class receive_trouble<Io, false> {
 public:
  template <class Handler>
  void look(Io const&, Handler&, instant) noexcept {}
  [[nodiscard]] static instant again() noexcept { return never; }
};

}  // namespace quoin
