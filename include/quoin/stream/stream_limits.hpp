// SPDX-License-Identifier: BSL-1.0
/// \file
/// How many streams each side may open (RFC 9000 4.6).
#pragma once

#include <quoin/core/stream_id.hpp>
#include <quoin/flow/flow_control.hpp>

#include <array>

namespace quoin {

/// Counts of streams are credit like bytes: opening a stream uses one, and the peer gets one back when the state of a
/// stream that it opened is gone, never before.
class stream_limits {
 public:
  stream_limits(std::uint64_t bidi_streams, std::uint64_t uni_streams) noexcept
      : theirs_{receive_window{bidi_streams, bidi_streams}, receive_window{uni_streams, uni_streams}} {}

  /// What the peer lets us open.
  [[nodiscard]] send_credit& ours(stream_direction direction) noexcept { return ours_[index_of(direction)]; }
  [[nodiscard]] send_credit const& ours(stream_direction direction) const noexcept {
    return ours_[index_of(direction)];
  }
  /// What we let the peer open; `received()` is what it has opened, `consumed()` what is gone.
  [[nodiscard]] receive_window& theirs(stream_direction direction) noexcept { return theirs_[index_of(direction)]; }
  [[nodiscard]] receive_window const& theirs(stream_direction direction) const noexcept {
    return theirs_[index_of(direction)];
  }

 private:
  std::array<send_credit, 2> ours_;
  std::array<receive_window, 2> theirs_;
};

inline constexpr std::array both_directions{stream_direction::bidirectional, stream_direction::unidirectional};

}  // namespace quoin
