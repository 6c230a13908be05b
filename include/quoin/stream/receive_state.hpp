// SPDX-License-Identifier: BSL-1.0
/// \file
/// The states of the receiving part of a stream as one total function (RFC 9000 3.2).
#pragma once

#include <cstdint>

namespace quoin {

enum class receive_state : std::uint8_t { receive, size_known, data_received, data_read, reset_received, reset_read };

enum class receive_part_event : std::uint8_t {
  fin_received,    ///< the final size is known
  all_received,    ///< every byte up to it is here
  reset_received,  ///< RESET_STREAM
  data_read,       ///< the application has taken everything, or wants nothing of what will come
  reset_read,      ///< the application knows of the reset, or does not want to
};

/// The state after `event`. An event that a state does not know changes nothing: packets come late and repeatedly.
/// A reset after all data has arrived is not told to the application, which RFC 9000 3.2 leaves to us.
constexpr receive_state after(receive_state state, receive_part_event event) noexcept {
  bool const open = state == receive_state::receive || state == receive_state::size_known;
  switch (event) {
    case receive_part_event::fin_received: return state == receive_state::receive ? receive_state::size_known : state;
    case receive_part_event::all_received:
      return state == receive_state::size_known ? receive_state::data_received : state;
    case receive_part_event::reset_received: return open ? receive_state::reset_received : state;
    case receive_part_event::data_read:
      return state == receive_state::size_known || state == receive_state::data_received ? receive_state::data_read
                                                                                         : state;
    case receive_part_event::reset_read:
      return state == receive_state::reset_received ? receive_state::reset_read : state;
  }
  return state;
}

constexpr bool is_terminal(receive_state state) noexcept {
  return state == receive_state::data_read || state == receive_state::reset_read;
}

}  // namespace quoin
