// SPDX-License-Identifier: BSL-1.0
/// \file
/// The states of the sending part of a stream as one total function (RFC 9000 3.1).
#pragma once

#include <cstdint>

namespace quoin {

enum class send_state : std::uint8_t { ready, send, data_sent, data_received, reset_sent, reset_received };

enum class send_part_event : std::uint8_t {
  stream_sent,  ///< a STREAM frame without FIN, or STREAM_DATA_BLOCKED
  fin_sent,     ///< a STREAM frame with FIN, when every byte has been sent once
  all_acked,    ///< every byte and FIN
  reset,        ///< by the application or because of STOP_SENDING
  reset_acked,  ///< RESET_STREAM
};

/// The state after `event`. An event that a state does not know changes nothing: acknowledgements come late.
constexpr send_state after(send_state state, send_part_event event) noexcept {
  switch (event) {
    case send_part_event::stream_sent: return state == send_state::ready ? send_state::send : state;
    case send_part_event::fin_sent:
      return state == send_state::ready || state == send_state::send ? send_state::data_sent : state;
    case send_part_event::all_acked: return state == send_state::data_sent ? send_state::data_received : state;
    case send_part_event::reset:
      return state == send_state::ready || state == send_state::send || state == send_state::data_sent
                 ? send_state::reset_sent
                 : state;
    case send_part_event::reset_acked: return state == send_state::reset_sent ? send_state::reset_received : state;
  }
  return state;
}

constexpr bool is_terminal(send_state state) noexcept {
  return state == send_state::data_received || state == send_state::reset_received;
}

}  // namespace quoin
