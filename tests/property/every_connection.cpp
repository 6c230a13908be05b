// SPDX-License-Identifier: BSL-1.0
#include "every_connection.hpp"

#include <algorithm>

namespace quoin::property {

void every_connection::look_at(scenario::world& of, scenario::world_options const& options) {
  prepare = [options](pair& made) { made.checks.expect(options); };
  look_around = [&of](seen_step& step) {
    step.now = of.network().now();
    step.network = of.network().count();
    step.most_turns = of.most_turns();
    step.world_deadline = of.deadline();
  };
  look = [&of, options](pair const& asked, role side) {
    seen_end end;
    end.gone = true;
    for (std::size_t i = 0; i < of.count(side); ++i) {
      auto const& party = side == role::client ? of.client(i) : of.server(i);
      if (party.number != asked.number[index_of(side)]) continue;
      end = look_at_party(party, options, side);
      end.arrived = of.network().arrived_at(of.host(side));
    }
    return end;
  };
}

void every_connection::on(role side, std::size_t n, event::connection_started const& e) {
  auto const& id = side == role::client ? e.local : e.remote;
  auto const at = std::find_if(all_.rbegin(), all_.rend(), [&](auto const& each) { return each->client_id == id; });
  if (at == all_.rend()) {
    // A server that was spoken to by nobody's client, or by one whose ID was damaged on the way.
    if (side == role::server) return;
    auto& made = *all_.emplace_back(std::make_unique<pair>());
    made.client_id = id;
    made.number[index_of(side)] = n;
    if (prepare) prepare(made);
    return;
  }
  // A copy of a first flight may make another one; so may the original when nothing of the copy was authentic.
  if (side == role::server && !(*at)->server_spoke) (*at)->number[index_of(side)] = n;
}

void every_connection::on(role side, std::size_t n, event::packet_sent const& e) {
  speaker_ = find(side, n);
  if (speaker_ == nullptr) return;
  speaker_->server_spoke = speaker_->server_spoke || side == role::server;
  speaker_->checks.on(side, n, e);
}

void every_connection::on(role side, std::size_t n, event::packet_received const& e) {
  if (auto* const found = find(side, n)) found->server_spoke = found->server_spoke || side == role::server;
  tell(side, n, e);
}

void every_connection::on_datagram(seen_datagram const& datagram) {
  if (speaker_ != nullptr) speaker_->checks.on_datagram(datagram);
}

void every_connection::after_serve() {
  if (!look) return;
  for (auto const& each : all_) each->checks.after_step(step_of(*each));
}

void every_connection::at_end() {
  for (auto const& each : all_) each->checks.at_end(step_of(*each));
}

every_connection::pair* every_connection::find(role side, std::size_t n) {
  auto const at =
      std::find_if(all_.begin(), all_.end(), [&](auto const& each) { return each->number[index_of(side)] == n; });
  return at == all_.end() ? nullptr : at->get();
}

bool every_connection::proven(socket_address const& address) const {
  return std::any_of(all_.begin(), all_.end(),
                     [&](auto const& each) { return each->checks.proven(role::server, address); });
}

std::string every_connection::broken() const {
  std::string text;
  for (std::size_t i = 0; i < all_.size(); ++i)
    if (auto const& found = all_[i]->checks.broken(); !found.empty())
      text += "connection " + std::to_string(i) + ":\n" + found;
  return text;
}

seen_step every_connection::step_of(pair const& of) const {
  seen_step step;
  if (look_around) look_around(step);
  for (auto const side : both_sides) {
    auto& end = step.ends[index_of(side)];
    end.gone = true;
    if (look && of.number[index_of(side)]) end = look(of, side);
  }
  return step;
}

}  // namespace quoin::property
