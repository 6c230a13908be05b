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
    auto const issue = [&](name issued, wire::new_connection_id_frame const& said) {
      check_issued(side, issued, e.now);
      check_same(side, issued, said, e.now);
    };
    if constexpr (std::is_same_v<frame_type, wire::new_connection_id_frame>) issue({0, frame.sequence}, frame);
    if constexpr (std::is_same_v<frame_type, wire::path_new_connection_id_frame>)
      issue({static_cast<std::uint32_t>(frame.path), frame.issued.sequence}, frame.issued);
    if constexpr (std::is_same_v<frame_type, wire::retire_connection_id_frame>) retire(side, {0, frame.sequence});
    if constexpr (std::is_same_v<frame_type, wire::path_retire_connection_id_frame>)
      retire(side, {static_cast<std::uint32_t>(frame.path), frame.sequence});
    if constexpr (std::is_same_v<frame_type, wire::path_abandon_frame>)
      abandon(side, static_cast<std::uint32_t>(frame.path));
    return result<>{};
  }));
}

void identifiers::retire(role side, name retired) {
  auto& self = of(side);
  self.retired.insert(retired);
  if (auto const at = self.known.find(retired); at != self.known.end()) self.retired_ids.insert(text_of(at->second));
}

/// draft-ietf-quic-multipath 3.4: who says PATH_ABANDON has retired all IDs of the path.
void identifiers::abandon(role side, std::uint32_t path) {
  auto const& known = of(side).known;
  for (auto at = known.lower_bound({path, 0}); at != known.end() && at->first.first == path; ++at)
    retire(side, at->first);
}

/// RFC 9000 5.1.1: what is active at the peer is what was issued and not given back; each path ID has a limit of its
/// own (draft-ietf-quic-multipath 3.2).
void identifiers::check_issued(role side, name issued, instant now) {
  auto& self = of(side);
  self.issued.insert(issued);
  std::size_t active = 0;
  for (auto const& each : self.issued) active += each.first == issued.first && self.given_back.count(each) == 0 ? 1 : 0;
  check(active <= of(peer_of(side)).limit, side, now, "INV-24 issues more connection IDs than the peer keeps", active);
}

/// RFC 9000 19.15: a sequence number is one ID and one token, however often it is said, and no ID has two numbers.
void identifiers::check_same(role side, name issued, wire::new_connection_id_frame const& frame, instant now) {
  auto& self = of(side);
  auto const& said = self.said.try_emplace(issued, frame).first->second;
  auto const number = self.number_of.try_emplace(text_of(frame.id), issued).first->second;
  check(said.id == frame.id && said.token == frame.token, side, now,
        "INV-24 a sequence number is said again with another ID or token", frame.sequence);
  check(number == issued, side, now, "INV-24 a connection ID has two sequence numbers", frame.sequence);
}

void identifiers::on(role side, std::size_t, event::packet_received const& e) {
  if (e.kind != event::packet_kind::one_rtt) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    auto& given_back = of(side).given_back;
    if constexpr (std::is_same_v<frame_type, wire::new_connection_id_frame>)
      check_kept(side, {0, frame.sequence}, frame.id, e.now);
    if constexpr (std::is_same_v<frame_type, wire::path_new_connection_id_frame>)
      check_kept(side, {static_cast<std::uint32_t>(frame.path), frame.issued.sequence}, frame.issued.id, e.now);
    if constexpr (std::is_same_v<frame_type, wire::retire_connection_id_frame>) given_back.insert({0, frame.sequence});
    if constexpr (std::is_same_v<frame_type, wire::path_retire_connection_id_frame>)
      given_back.insert({static_cast<std::uint32_t>(frame.path), frame.sequence});
    return result<>{};
  }));
}

void identifiers::check_kept(role side, name known, connection_id const& id, instant now) {
  auto& self = of(side);
  self.known.emplace(known, id);
  std::size_t active = 0;
  for (auto const& [each, kept] : self.known)
    active += each.first == known.first && self.retired.count(each) == 0 ? 1 : 0;
  check(active <= self.limit, side, now, "INV-24 keeps more of the peer's connection IDs than it said", active);
}

void identifiers::on(role side, std::size_t, event::parameters_set const& e) {
  auto const read = wire::read_transport_parameters(e.encoded, e.local ? side : peer_of(side));
  if (!read || e.remembered) return;
  auto& self = of(side);
  if (e.local) {
    self.limit = read->active_connection_id_limit;
    if (read->initial_source_connection_id) self.number_of[text_of(*read->initial_source_connection_id)] = {0, 0};
    if (read->preferred_address) self.issued.insert({0, 1});
    return;
  }
  if (read->initial_source_connection_id) self.known[{0, 0}] = *read->initial_source_connection_id;
  if (read->preferred_address) self.known[{0, 1}] = read->preferred_address->id;
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
