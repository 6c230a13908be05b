// SPDX-License-Identifier: BSL-1.0
#include "identifiers.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

namespace quoin::property {
namespace {

std::string text_of(connection_id const& id) {
  return {id.view().begin(), id.view().end()};
}

}  // namespace

void identifiers::on(role side, std::size_t, event::packet_sent const& e) {
  if (e.kind != event::packet_kind::one_rtt) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::new_connection_id_frame>) {
      check_issued(side, frame.sequence, e.now);
      check_same(side, frame, e.now);
    }
    if constexpr (std::is_same_v<frame_type, wire::retire_connection_id_frame>) {
      auto& self = of(side);
      self.retired.insert(frame.sequence);
      if (auto const at = self.known.find(frame.sequence); at != self.known.end())
        self.retired_ids.insert(text_of(at->second));
    }
    return result<>{};
  }));
}

/// RFC 9000 5.1.1: what is active at the peer is what was issued and not given back.
void identifiers::check_issued(role side, std::uint64_t sequence, instant now) {
  auto& self = of(side);
  self.issued.insert(sequence);
  std::size_t active = 0;
  for (auto const each : self.issued) active += self.given_back.count(each) == 0 ? 1 : 0;
  check(active <= of(peer_of(side)).limit, side, now, "INV-24 issues more connection IDs than the peer keeps", active);
}

/// RFC 9000 19.15: a sequence number is one ID and one token, however often it is said, and no ID has two numbers.
void identifiers::check_same(role side, wire::new_connection_id_frame const& frame, instant now) {
  auto& self = of(side);
  auto const& said = self.said.try_emplace(frame.sequence, frame).first->second;
  auto const number = self.number_of.try_emplace(text_of(frame.id), frame.sequence).first->second;
  check(said.id == frame.id && said.token == frame.token, side, now,
        "INV-24 a sequence number is said again with another ID or token", frame.sequence);
  check(number == frame.sequence, side, now, "INV-24 a connection ID has two sequence numbers", frame.sequence);
}

void identifiers::on(role side, std::size_t, event::packet_received const& e) {
  if (e.kind != event::packet_kind::one_rtt) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    auto& self = of(side);
    if constexpr (std::is_same_v<frame_type, wire::new_connection_id_frame>) {
      self.known.emplace(frame.sequence, frame.id);
      std::size_t active = 0;
      for (auto const& [number, id] : self.known) active += self.retired.count(number) == 0 ? 1 : 0;
      check(active <= self.limit, side, e.now, "INV-24 keeps more of the peer's connection IDs than it said", active);
    }
    if constexpr (std::is_same_v<frame_type, wire::retire_connection_id_frame>) self.given_back.insert(frame.sequence);
    return result<>{};
  }));
}

void identifiers::on(role side, std::size_t, event::parameters_set const& e) {
  auto const read = wire::read_transport_parameters(e.encoded, e.local ? side : peer_of(side));
  if (!read || e.remembered) return;
  auto& self = of(side);
  if (e.local) {
    self.limit = read->active_connection_id_limit;
    if (read->initial_source_connection_id) self.number_of[text_of(*read->initial_source_connection_id)] = 0;
    if (read->preferred_address) self.issued.insert(1);
    return;
  }
  if (read->initial_source_connection_id) self.known[0] = *read->initial_source_connection_id;
  if (read->preferred_address) self.known[1] = read->preferred_address->id;
}

void identifiers::on_datagram(seen_datagram const& datagram) {
  constexpr std::size_t id_size = 8;
  auto const bytes = datagram.bytes;
  if (bytes.size() < 1 + id_size || (bytes[0] & 0x80) != 0) return;
  std::string const id(bytes.begin() + 1, bytes.begin() + 1 + id_size);
  check(of(datagram.from).retired_ids.count(id) == 0, datagram.from, datagram.now,
        "INV-23 a connection ID is used after it was retired", static_cast<std::uint8_t>(id[0]));
  // RFC 9000 9.5: nobody can tell that two addresses are one host's.
  if (!datagram.local.known()) return;
  auto const [at, added] = of(datagram.from).used_from.try_emplace(id, datagram.local);
  check(added || at->second == datagram.local, datagram.from, datagram.now,
        "INV-23 a connection ID is used from two addresses", static_cast<std::uint8_t>(id[0]));
}

}  // namespace quoin::property
