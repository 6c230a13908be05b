// SPDX-License-Identifier: BSL-1.0
/// \file
/// The handshake goes on behind work that another thread has done.
#pragma once

#include <quoin/connection/step/receive.hpp>

namespace quoin::step {

/// Takes finished work back, and then what has waited for the keys that it brought. Nothing arrives with it.
template <class Stack, class Sink>
void resume(connection_state<Stack>& state, instant now, Sink& sink) {
  if (state.phase != life_phase::open || !is_suspended(state)) return;
  before_new_keys const before{openable_levels(state), withholds_early_data(state)};
  auto const outcome = take_back_handshake(state, now);
  if (!outcome) return close_with(state, outcome.error(), now);
  arrival const nothing{state.paths.active().addresses, {}, 0, ecn::not_ect};
  use_new_keys(state, nothing, now, sink, before);
}

}  // namespace quoin::step
