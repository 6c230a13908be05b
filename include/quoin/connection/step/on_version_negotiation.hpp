// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client reacts to a Version Negotiation packet (RFC 9000 6.2, RFC 9368 2.1).
#pragma once

#include <quoin/connection/step/handshake.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

namespace quoin::step {

/// Makes another first flight, in another version and to another connection ID, lest a server that did know the version
/// before takes it for more of the same. What was said before counts for nothing; a token of an earlier connection is
/// good in the version of that connection only (RFC 9369 5).
template <class Stack>
void start_over(connection_state<Stack>& state, version chosen, instant now) {
  state.version_negotiated = true;
  state.version = state.original_version = chosen;
  state.token.clear();
  state.last_activity = now;
  choose_first_destination(state);
  install_initial_keys(state, state.original_destination, now);
  leave_session(state, now);
  state.recovery.on_retry();
  state.crypto_of(packet_space::initial).say_something_else();
  state.local_parameters = make_local_parameters(state);
  if (auto const begun = begin_handshake(state, now); !begun) close_with(state, begun.error(), now);
}

template <class Stack>
void on_version_negotiation(connection_state<Stack>& state, byte_view datagram, instant now) {
  // RFC 9000 6.2: only the first answer to our first flight counts, and only if it answers what we sent.
  if (state.self == role::server || state.peer_packet_processed || state.version_negotiated || state.retry_followed)
    return;
  auto const packet = wire::read_version_negotiation(datagram);
  if (!packet) return;
  auto const same = [](byte_view a, byte_view b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); };
  if (!same(packet->destination, state.first_local_id.view()) ||
      !same(packet->source, state.original_destination.view()))
    return;
  auto const lists = [&](version wanted) {
    bool listed = false;
    packet->for_each_version([&](std::uint32_t v) { listed |= v == static_cast<std::uint32_t>(wanted); });
    return listed;
  };
  if (lists(state.version)) return;

  state.tell(
      [&] { return event::packet_received{now, event::packet_kind::version_negotiation, 0, datagram.size(), {}, {}}; });
  auto const chosen = first_in_common(state.settings.versions, lists);
  if (chosen == version::negotiation)
    return vanish(state,
                  {event::close_origin::local, false, static_cast<std::uint64_t>(error_code::version_negotiation_error),
                   0, "the server speaks none of our QUIC versions"},
                  now);
  start_over(state, chosen, now);
}

}  // namespace quoin::step
