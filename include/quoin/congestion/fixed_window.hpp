// SPDX-License-Identifier: BSL-1.0
/// \file
/// A controller that controls nothing: for laboratories and for tests that must not depend on congestion control.
#pragma once

#include <quoin/congestion/window.hpp>

namespace quoin {

/// Always `Bytes`, at least two datagrams. It does not react to congestion: never use it on a network shared with
/// others.
template <byte_count Bytes>
class fixed_window {
 public:
  explicit fixed_window(congestion_path const& path) noexcept { on_datagram_size(path.max_datagram_size); }

  [[nodiscard]] byte_count window() const noexcept { return window_; }
  void on_sent(congestion_sent const&) noexcept {}
  void on_acked(congestion_acked const&) noexcept {}
  void on_lost(congestion_lost const&) noexcept {}
  void on_marked(congestion_marked const&) noexcept {}
  void on_discarded(byte_count) noexcept {}
  void on_datagram_size(byte_count size) noexcept { window_ = std::max(Bytes, minimum_window(size)); }

 private:
  byte_count window_ = Bytes;
};

}  // namespace quoin
