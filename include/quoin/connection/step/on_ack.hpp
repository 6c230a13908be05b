// SPDX-License-Identifier: BSL-1.0
/// \file
/// The peer acknowledges packets of ours (RFC 9000 13.2, 19.3).
#pragma once

#include <quoin/connection/step/ack_delay.hpp>
#include <quoin/connection/step/early_data.hpp>
#include <quoin/connection/step/outcomes.hpp>
#include <quoin/connection/step/path_in_hand.hpp>
#include <quoin/wire/frame/ack.hpp>

namespace quoin::step {

/// An ACK frame in a packet of `level` that was opened with the keys of `key_phase`.
template <class Stack>
result<> on_ack(connection_state<Stack>& state, encryption_level level, wire::ack_frame const& frame,
                std::uint64_t key_phase, instant now) {
  auto const space = space_of(level);
  bool const of_path_zero = is_path_zero_in_hand(state);
  if (space == packet_space::application && of_path_zero) QUOIN_TRY(check_acknowledges_no_rejected(state, frame));
  QUOIN_TRY(state.recovery.on_ack(space, frame, ack_delay(state, level, frame.delay), now,
                                  frame_outcomes<Stack>{state, now}));
  if (level == encryption_level::one_rtt) QUOIN_TRY(state.application_keys.on_acked(frame.largest, key_phase));
  if (level == encryption_level::one_rtt) state.extensions.on_ack_processed(state, now);
  tell_metrics(state, now);
  return {};
}

}  // namespace quoin::step
