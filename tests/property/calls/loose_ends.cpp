// SPDX-License-Identifier: BSL-1.0
#include "loose_ends.hpp"

namespace quoin::property {

template <class Stack>
struct basic_loose_ends<Stack>::sink {
  static constexpr bool takes_stream_data = true;
  taker const& take;
  role side;
  std::size_t on_stream_data(stream_id id, byte_view bytes, bool fin) { return take(side, id, bytes, fin); }
  [[nodiscard]] bool keeps_for_reading() const { return false; }
};

template <class Stack>
std::vector<socket_address> const& basic_loose_ends<Stack>::addresses(role side) {
  static std::vector<socket_address> const client{
      socket_address::v4(10, 0, 0, 1, 5000), socket_address::v4(10, 0, 0, 1, 5001),
      socket_address::v4(10, 0, 0, 1, 5002), socket_address::v4(10, 0, 1, 1, 6000)};
  static std::vector<socket_address> const server{socket_address::v4(10, 0, 0, 2, 443),
                                                  socket_address::v4(10, 0, 0, 2, 444)};
  return side == role::client ? client : server;
}

template <class Stack>
basic_loose_ends<Stack>::basic_loose_ends(loose_options chosen)
    : options_(std::move(chosen)), network_(options_.seed, options_.start) {
  network_.join(client_host_, server_host_, options_.link);
  network_.join(other_host_, server_host_, options_.link);
  network_.trace_to(text_);
  for (auto const side : {role::client, role::server})
    for (auto const& each : addresses(side))
      network_.bind(side == role::server ? server_host_
                    : each.ip[2] == 1    ? other_host_
                                         : client_host_,
                    each, [this, side](sim::datagram&& d) { waiting_[index_of(side)].push_back(std::move(d)); });
  connection_start<Stack> start;
  start.self = role::client;
  start.path = {addresses(role::client).front(), addresses(role::server).front()};
  auto const& mine = options_.ends[0];
  start.settings = mine.settings;
  start.version = mine.settings.first_version.value_or(mine.settings.versions.front());
  start.crypto = mine.crypto;
  start.extensions = mine.extensions;
  start.server_name = "server.test";
  start.session = options_.session;
  start.early_data = options_.early_data;
  start.report_connection_ids = true;
  ends_[0] = std::make_unique<connection_type>(std::move(start), now(), seeded_entropy{options_.seed * 2},
                                               observer_of(role::client));
}

template <class Stack>
typename Stack::observer basic_loose_ends<Stack>::observer_of(role side) const {
  return typename Stack::observer{recorder{text_, side == role::client ? "client" : "server"},
                                  told_observer{options_.watch, side}};
}

/// Who asked to be let in has to be authentic; what is not leaves nothing behind (RFC 9000 5.2).
template <class Stack>
void basic_loose_ends<Stack>::accept(sim::datagram const& first) {
  auto const header = wire::read_long_header(first.bytes, wire::fixed_bit_rule::may_be_anything);
  if (!header || header->kind != event::packet_kind::initial || first.bytes.size() < limits::initial_datagram) return;
  connection_start<Stack> start;
  start.self = role::server;
  start.path = first.path;
  auto const& mine = options_.ends[1];
  start.settings = mine.settings;
  start.version = header->version;
  start.crypto = mine.crypto;
  start.extensions = mine.extensions;
  start.first_destination = start.original_destination = header->destination;
  start.peer_source = header->source;
  start.report_connection_ids = true;
  ends_[1] = std::make_unique<connection_type>(std::move(start), now(), seeded_entropy{options_.seed * 2 + 1},
                                               observer_of(role::server));
}

template <class Stack>
instant basic_loose_ends<Stack>::deadline() const {
  auto due = network_.deadline();
  for (auto const& each : ends_)
    if (each) due = std::min(due, each->deadline());
  return due;
}

template <class Stack>
void basic_loose_ends<Stack>::serve() {
  unsigned turns = 0;
  for (bool busy = true; busy; ++turns) {
    QUOIN_ASSERT(turns < 10'000);
    bool const server = turn(role::server);
    busy = turn(role::client) || server;
  }
  most_turns_ = std::max(most_turns_, turns);
}

template <class Stack>
bool basic_loose_ends<Stack>::turn(role side) {
  auto& waiting = waiting_[index_of(side)];
  auto& end = ends_[index_of(side)];
  bool busy = false;
  while (!waiting.empty()) {
    auto next = std::move(waiting.front());
    waiting.pop_front();
    busy = true;
    note_arrival(side, next);
    if (!end) accept(next);
    if (!end) continue;
    last_[index_of(side)] = next.bytes;
    receive(side, {next.path, next.bytes, 0, next.mark});
    if (side == role::server && !end->heard_from_peer() && !end->closing()) end.reset();
  }
  if (!end) return busy;
  if (end->deadline() <= now()) {
    end->expire(now());
    busy = true;
  }
  take_events(side);
  while (transmit(side, room_.size())) busy = true;
  take_events(side);
  return busy;
}

template <class Stack>
void basic_loose_ends<Stack>::receive(role side, arrival const& from) {
  auto& end = *ends_[index_of(side)];
  if (!take) return end.receive(from, now());
  sink offers{take, side};
  end.receive(from, now(), offers);
}

template <class Stack>
void basic_loose_ends<Stack>::take_events(role side) {
  auto* const end = at(side);
  while (auto const event = end->next_event())
    if (on_event) on_event(side, *event);
}

template <class Stack>
bool basic_loose_ends<Stack>::transmit(role side, std::size_t room) {
  auto* const end = at(side);
  auto const batch = end->transmit(byte_span{room_}.first(std::min(room, room_.size())), now());
  if (!batch) return false;
  send(side, *batch);
  return true;
}

/// From an address that the host does not have nothing leaves.
template <class Stack>
void basic_loose_ends<Stack>::send(role side, outgoing const& batch) {
  auto const& own = addresses(side);
  if (std::find(own.begin(), own.end(), batch.path.local) == own.end())
    return at(side)->note_send(send_status::unreachable);
  for (auto rest = batch.bytes; !rest.empty();) {
    auto const one = rest.first(std::min(rest.size(), batch.segment_size == 0 ? rest.size() : batch.segment_size));
    rest = rest.subspan(one.size());
    sim::datagram made{batch.path, {one.begin(), one.end()}, batch.mark};
    if (on_datagram) on_datagram(side, made, true);
    network_.send(std::move(made));
  }
  at(side)->note_send(send_status::sent);
}

template <class Stack>
void basic_loose_ends<Stack>::advance(duration span) {
  auto const until = saturating_add(now(), span);
  serve();
  while (deadline() <= until) {
    network_.run_until(std::max(deadline(), now()));
    serve();
    if (after_step) after_step();
  }
  network_.run_until(until);
}

template class basic_loose_ends<loose_stack>;
template class basic_loose_ends<copying_stack>;

}  // namespace quoin::property
