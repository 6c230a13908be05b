// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client reacts to a Version Negotiation packet (RFC 9000 6.2).
#pragma once

#include <quoin/connection/step/close.hpp>
#include <quoin/connection/step/handshake.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

namespace quoin::step {

/// The first of our versions that the server lists; `negotiation` when there is none.
template <class Stack>
version choose_version(connection_state<Stack> const& state, wire::version_negotiation_packet const& packet) {
  for (auto const ours : state.settings.versions) {
    bool listed = false;
    packet.for_each_version([&](std::uint32_t theirs) { listed |= theirs == static_cast<std::uint32_t>(ours); });
    if (listed && !is_reserved(ours)) return ours;
  }
  return version::negotiation;
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
  bool lists_current = false;
  packet->for_each_version([&](std::uint32_t v) { lists_current |= v == static_cast<std::uint32_t>(state.version); });
  if (lists_current) return;

  state.tell(
      [&] { return event::packet_received{now, event::packet_kind::version_negotiation, 0, datagram.size(), {}, {}}; });
  state.version_negotiated = true;
  auto const chosen = choose_version(state, *packet);
  if (chosen == version::negotiation) {
    vanish(state,
           {event::close_origin::local, false, static_cast<std::uint64_t>(error_code::version_negotiation_error), 0,
            "the server speaks none of our QUIC versions"},
           now);
    return;
  }
  state.version = chosen;
  state.last_activity = now;
  install_initial_keys(state, state.original_destination, now);
  reclaim_early_data(state, now);
  state.recovery.on_retry();
  state.crypto_of(packet_space::initial).send_again();
  if (auto const begun = begin_handshake_without_session(state, now); !begun) close_with(state, begun.error(), now);
}

}  // namespace quoin::step
