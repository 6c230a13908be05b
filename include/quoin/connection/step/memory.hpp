// SPDX-License-Identifier: BSL-1.0
/// \file
/// What happens when memory runs out: whatever was being done is left as it stands and never looked at again, and the
/// connection ends with INTERNAL_ERROR (RFC 9000 11.1). Its parts need no more than the basic guarantee for that.
#pragma once

#include <quoin/connection/step/close.hpp>

#include <new>

namespace quoin::step {

/// Ends the connection after a failed allocation. The goodbye asks for no memory that was not set aside; one that fails
/// in saying it has nothing more to say.
template <class Stack>
[[gnu::cold]] void give_up(connection_state<Stack>& state, instant now) noexcept {
  state.out_of_memory = true;
  if (state.phase != life_phase::open) {
    state.phase = life_phase::gone;
    state.close_pending = false;
    return;
  }
  try {
    close_with(state, {error_code::internal_error, "out of memory", 0}, now);
  } catch (std::bad_alloc const&) {
    // Only words about it can fail, and an observer's telling, and those are the last things that a close does.
  }
}

/// Does `work`; false when memory ran out in the middle of it.
template <class Stack, class Work>
bool within_memory(connection_state<Stack>& state, instant now, Work&& work) {
  state.last_call = now;
  try {
    work();
    return true;
  } catch (std::bad_alloc const&) {
    give_up(state, now);
    return false;
  }
}

}  // namespace quoin::step

namespace quoin {

template <class Stack>
template <class Call>
auto connection_state<Stack>::unless_broken(Call&& call) -> decltype(call()) {
  using error = std::remove_cvref_t<decltype(call().error())>;
  if (out_of_memory) return unexpected{error::connection_closed};
  try {
    return call();
  } catch (std::bad_alloc const&) {
    step::give_up(*this, last_call);
    return unexpected{error::connection_closed};
  }
}

template <class Stack>
template <class Call>
auto connection_state<Stack>::unless_over(Call&& call) -> decltype(call()) {
  using error = std::remove_cvref_t<decltype(call().error())>;
  if (!usable()) return unexpected{error::connection_closed};
  return unless_broken(call);
}

}  // namespace quoin
