// SPDX-License-Identifier: BSL-1.0
#include "invariants.hpp"

#include <quoin/core/limits.hpp>

namespace quoin::property {

void invariants::look_at(scenario::world& of, scenario::world_options const& options) {
  world_ = &of;
  options_ = options;
  expect(options);
}

void invariants::expect(scenario::world_options const& options) {
  // Others obey urgency, or serve who came first.
  fairness_.expected = options.stack == flavour::plain || options.stack == flavour::botan;
  reductions_.expected = options.stack != flavour::modelling;
  reductions_.losses_apart = options.stack == flavour::scalable;
  for (auto const side : both_sides) {
    auto const& settings = side == role::client ? options.client : options.server;
    endings_.handshake_timeout[index_of(side)] = settings.handshake_timeout;
    bounds_.forgery_limit[index_of(side)] = settings.key_limits.forged;
    bounds_.sealed_limit[index_of(side)] = settings.key_limits.sealed;
  }
}

void invariants::after_serve() {
  if (world_ != nullptr) after_step(look());
}

seen_step invariants::look() {
  seen_step step;
  step.now = world_->network().now();
  step.network = world_->network().count();
  step.most_turns = world_->most_turns();
  step.world_deadline = world_->deadline();
  for (auto const side : both_sides) {
    auto& end = step.ends[index_of(side)];
    end.gone = world_->count(side) == 0;
    if (end.gone) continue;
    end = look_at_party(world_->of(side), options_, side);
    end.arrived = world_->network().arrived_at(world_->host(side));
  }
  return step;
}

seen_end look_at_party(scenario::party const& at, scenario::world_options const& options, role side) {
  auto const& settings = side == role::client ? options.client : options.server;
  seen_end end;
  end.gone = at.gone();
  end.closing = at.closing();
  end.connected = at.connected();
  end.confirmed = at.confirmed();
  end.told_after_closed = at.ended && at.events.back().what != connection_event::kind::closed;
  end.stats = at.statistics();
  end.deadline = at.deadline();
  end.held_bytes = at.held_bytes();
  end.open_streams = at.open_streams();
  end.held_bytes_most = settings.max_connection_window + limits::undecryptable_bytes + options.datagrams.send_queue +
                        options.datagrams.receive_queue + end.open_streams * settings.send_buffer;
  end.connection_ids = at.connection_ids();
  end.alpn = at.alpn();
  end.spoken = at.spoken();
  if (end.connected && !end.closing)
    for (auto const& [id, todo] : at.out)
      if (todo.written > 0) end.unsent.emplace_back(id, at.unsent(stream_id{id}));
  return end;
}

}  // namespace quoin::property
