// SPDX-License-Identifier: BSL-1.0
#include "loose_look.hpp"

namespace quoin::property {

template <class Stack>
seen_end look_at_end(basic_loose_ends<Stack>& ends, role side, loose_end const& made, byte_count lent) {
  auto& end = *ends.at(side);
  seen_end seen;
  seen.gone = end.closed();
  seen.closing = end.closing();
  seen.connected = end.connected();
  seen.confirmed = end.confirmed();
  seen.stats = end.statistics();
  seen.deadline = end.deadline();
  seen.held_bytes = end.held_bytes();
  seen.open_streams = end.open_streams();
  seen.held_bytes_most = made.settings.max_connection_window + limits::undecryptable_bytes + lent +
                         made.extensions.datagram.receive_queue + seen.open_streams * made.settings.send_buffer;
  end.for_each_connection_id([&](auto const&) { ++seen.connection_ids; });
  seen.arrived = ends.arrived(side);
  seen.alpn = std::string{end.alpn()};
  seen.spoken = end.version();
  auto const several = end.template extension<multipath>();
  if (several.agreed())
    for (auto const& each : several.paths())
      seen.paths.push_back({each.id, each.standing == path_standing::open, each.silent, each.congestion_window,
                            each.bytes_in_flight, each.rtt, each.standing == path_standing::abandoned});
  return seen;
}

template <class Stack>
seen_step look_around(basic_loose_ends<Stack>& ends) {
  seen_step step;
  step.now = ends.now();
  step.network = ends.network().count();
  step.most_turns = ends.most_turns();
  step.world_deadline = ends.deadline();
  return step;
}

template seen_end look_at_end(basic_loose_ends<loose_stack>&, role, loose_end const&, byte_count);
template seen_end look_at_end(basic_loose_ends<copying_stack>&, role, loose_end const&, byte_count);
template seen_step look_around(basic_loose_ends<loose_stack>&);
template seen_step look_around(basic_loose_ends<copying_stack>&);

}  // namespace quoin::property
