// SPDX-License-Identifier: BSL-1.0
// The calls of event loops and routers, at moments and with arguments that are not usual for them.
#include "caller.hpp"

namespace quoin::property {
namespace of_loops {
namespace {

std::string text_of(byte_view bytes) {
  return {bytes.begin(), bytes.end()};
}

/// The null protection hides nothing: a packet cut behind a token that it carried would be a stateless reset.
void spoil_token(loose_connection const& end, std::vector<std::uint8_t>& bytes) {
  bool ends_with_one = false;
  end.for_each_peer_reset_token([&](stateless_reset_token const& token) {
    ends_with_one =
        ends_with_one || (bytes.size() >= token.size() && std::equal(token.rbegin(), token.rend(), bytes.rbegin()));
  });
  if (ends_with_one) bytes.back() ^= 1;
}

/// What nobody has sent, or not like this, is dropped.
void receive_garbage(caller& on, role side) {
  auto& chance = on.chance();
  auto& end = on.at(side);
  auto bytes = on.ends().last_datagram(side);
  bool const random = bytes.empty() || chance.chance(0.5);
  if (random) {
    bytes.resize(chance.below(1'500));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(chance.next());
  } else if (chance.chance(0.5)) {
    bytes.resize(chance.below(bytes.size()));
    spoil_token(end, bytes);
  }
  auto const before = end.statistics();
  network_path const path{on.some_address(side), on.some_address(peer_of(side))};
  on.ends().note_arrival(side, {path, bytes, ecn::not_ect});
  end.receive({path, bytes, bytes.size(), ecn::not_ect}, on.now());
  auto const after = end.statistics();
  on.expect(!random || after.packets_received == before.packets_received, "garbage is taken for a packet");
}

/// A call ahead of time changes nothing.
void expire_early(caller& on, role side) {
  auto& end = on.at(side);
  auto const due = end.deadline();
  if (due <= on.now()) return;
  auto const before = end.statistics();
  end.expire(on.now());
  auto const after = end.statistics();
  on.expect(before.packets_lost == after.packets_lost && before.pto_count == after.pto_count, "a timer runs out early");
}

void transmit(caller& on, role side) {
  auto& chance = on.chance();
  constexpr std::size_t rooms[]{0, 1, 25, 100, 1'199, 1'200, 1'201, 1'452, 4'000, 65'536};
  auto const room = rooms[chance.below(std::size(rooms))];
  auto& end = on.at(side);
  auto const bytes = end.statistics().bytes_sent;
  bool const sent = on.ends().transmit(side, room);
  on.expect(end.statistics().bytes_sent - bytes <= room, "more is sent than there was room for");
  on.expect(!sent || end.statistics().bytes_sent > bytes, "what is sent is not counted");
}

void next_event(caller& on, role side) {
  on.ends().take_events(side);
  on.expect(!on.at(side).next_event(), "an event comes when all are taken");
}

/// RFC 9000 10.3.1: only a token that the peer gave ends anything.
void receive_reset(caller& on, role side) {
  std::vector<std::uint8_t> bytes(on.chance().below(60));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(on.chance().next());
  auto const before = on.stage(side);
  on.at(side).receive_reset(bytes, on.now());
  on.expect(on.stage(side) == before, "a stateless reset that nobody sent is believed");
}

void note_send(caller& on, role side) {
  constexpr send_status all[]{send_status::sent, send_status::would_block, send_status::too_large,
                              send_status::unreachable, send_status::failed};
  on.at(side).note_send(all[on.chance().below(std::size(all))]);
}

/// The IDs that lead here are those that began to and did not cease.
void connection_ids(caller& on, role side) {
  auto& end = on.at(side);
  auto& ids = on.of(side).ids;
  while (auto const change = end.next_connection_id_change()) {
    auto const id = text_of(change->id.view());
    on.expect(change->added ? ids.insert(id).second : ids.erase(id) == 1, "an ID comes twice, or goes unknown");
  }
  std::set<std::string> all;
  end.for_each_connection_id([&](connection_id const& id) { all.insert(text_of(id.view())); });
  on.expect(all == ids, "the IDs that lead here are not those that were told");
}

void reset_tokens(caller& on, role side) {
  auto const& end = on.at(side);
  auto& known = on.of(side);
  std::vector<std::string> tokens;
  end.for_each_peer_reset_token(
      [&](stateless_reset_token const& token) { tokens.emplace_back(token.begin(), token.end()); });
  auto const revision = end.peer_token_revision();
  on.expect(tokens == known.reset_tokens || revision != known.token_revision, "tokens change and nobody can tell");
  known.reset_tokens = std::move(tokens);
  known.token_revision = revision;
}

constexpr call calls[]{
    {"connection::receive", 5, &receive_garbage},
    {"connection::expire connection::deadline", 3, &expire_early},
    {"connection::transmit", 8, &transmit},
    {"connection::next_event", 4, &next_event},
    {"connection::receive_reset", 3, &receive_reset},
    {"connection::note_send", 3, &note_send},
    {"connection::next_connection_id_change connection::for_each_connection_id", 4, &connection_ids},
    {"connection::for_each_peer_reset_token connection::peer_token_revision", 4, &reset_tokens},
};

}  // namespace
}  // namespace of_loops

std::span<call const> loop_calls() {
  return of_loops::calls;
}

}  // namespace quoin::property
