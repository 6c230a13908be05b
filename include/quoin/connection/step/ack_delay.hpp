// SPDX-License-Identifier: BSL-1.0
/// \file
/// The delay of an ACK frame, as it stands there and in real time (RFC 9000 19.3).
#pragma once

#include <quoin/connection/step/state.hpp>

namespace quoin::step {

/// That of the peer's frame. Larger than any delay that counts is simply large.
template <class Stack>
duration ack_delay(connection_state<Stack> const& state, encryption_level level, std::uint64_t raw) {
  auto const exponent = level == encryption_level::one_rtt && state.peer_parameters
                            ? state.peer_parameters->ack_delay_exponent
                            : std::uint8_t{3};
  constexpr std::uint64_t longest = std::uint64_t{1} << 40;
  if (raw > (longest >> exponent)) raw = longest >> exponent;
  return std::chrono::microseconds{raw << exponent};
}

/// That of ours about `received`.
template <class Stack, class Received>
std::uint64_t raw_ack_delay(connection_state<Stack> const& state, Received const& received, instant now) {
  auto const delay = std::chrono::duration_cast<std::chrono::microseconds>(received.delay_of_largest(now)).count();
  return static_cast<std::uint64_t>(delay) >> state.local_parameters.ack_delay_exponent;
}

}  // namespace quoin::step
