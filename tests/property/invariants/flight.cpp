// SPDX-License-Identifier: BSL-1.0
#include "flight.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <algorithm>
#include <string>

namespace quoin::property {

void flight::forget(end& self, packet_space space, packet const& what) {
  self.bytes[what.path] -= what.size;
  self.ack_eliciting[index_of(space)] -= what.ack_eliciting ? 1 : 0;
}

void flight::forget_all(end& self, packet_space space) {
  auto& packets = self.packets[index_of(space)];
  for (auto const& [number, each] : packets) forget(self, space, each);
  packets.clear();
}

void flight::begin_anew(end& self) {
  for (std::size_t i = 0; i < packet_space_count; ++i) forget_all(self, static_cast<packet_space>(i));
  self.window.reset();
}

bool flight::uses_several(end const& self) {
  return self.path_in_use.size() > 1 || self.path_in_use.begin()->first != 0;
}

/// What nobody will hear of any more (draft-ietf-quic-multipath 3.4.3).
void flight::forget_path(end& self, std::uint32_t id) {
  auto& packets = self.packets[index_of(packet_space::application)];
  for (auto at = packets.lower_bound({id, 0}); at != packets.end() && at->first.first == id; at = packets.erase(at))
    forget(self, packet_space::application, at->second);
}

void flight::acknowledge(end& self, packet_space space, std::uint32_t path, wire::ack_frame const& ack) {
  auto& packets = self.packets[index_of(space)];
  self.handshake_acked = self.handshake_acked || space == packet_space::handshake;
  ack.for_each_range([&](packet_number low, packet_number high) {
    for (auto at = packets.lower_bound({path, low}); at != packets.end() && at->first <= numbered{path, high};
         at = packets.erase(at))
      forget(self, space, at->second);
  });
}

void flight::on(role side, std::size_t, event::packet_sent const& e) {
  if (!has_number(e.kind)) return;
  auto& self = of(side);
  bool padded = false;
  bool closes = false;
  auto const read = wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    padded = padded || std::is_same_v<frame_type, wire::padding_frame>;
    closes = closes || std::is_same_v<frame_type, wire::connection_close_frame>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frequency_frame>)
      self.own_request = std::max<duration>(self.own_request, std::chrono::microseconds{frame.max_ack_delay});
    return result<>{};
  });
  // RFC 9002 2: what asks for an answer, and what is padded. Nobody waits for an answer to a CONNECTION_CLOSE.
  if (!read || closes || !(read->ack_eliciting || padded)) return;
  self.packets[index_of(space_of_kind(e.kind))][{e.multipath_id, e.number}] = {e.size, e.path, read->ack_eliciting};
  self.bytes[e.path] += e.size;
  self.ack_eliciting[index_of(space_of_kind(e.kind))] += read->ack_eliciting ? 1 : 0;
  note_window(self, e);
}

/// RFC 9002 7: what does not fit into the window waits, unless a probe timeout sends it.
void flight::note_window(end& self, event::packet_sent const& e) {
  // Where there are several, windows are looked at elsewhere.
  if (uses_several(self) || e.path != self.path_in_use[0]) return;
  if (!self.window || self.bytes[e.path] <= *self.window) return;
  auto const allowed = self.probe_bytes;
  self.probe_bytes -= std::min(allowed, e.size);
  if (allowed < e.size) self.most_beyond = std::max(self.most_beyond, self.bytes[e.path]);
}

void flight::on(role side, std::size_t, event::metrics_updated const& e) {
  auto& self = of(side);
  if (uses_several(self)) return;
  self.window = e.congestion_window;
  // RFC 9002 6.2.4: up to two full-sized datagrams, whatever the spaces of the packets in them.
  if (e.pto_count > self.pto_count) {
    auto const known = self.datagram_sizes.find(self.path_in_use[0]);
    if (known != self.datagram_sizes.end()) self.datagram_size = known->second;
    self.probe_bytes = 2 * self.datagram_size;
  }
  self.pto_count = e.pto_count;
}

void flight::on(role side, std::size_t, event::packet_received const& e) {
  auto& self = of(side);
  // RFC 9000 17.2.5.3, 6.2: after a Retry, and in another version, recovery begins anew.
  if (e.kind == event::packet_kind::retry || new_beginnings::another_version(e)) begin_anew(self);
  if (!has_number(e.kind)) return;
  auto const space = space_of_kind(e.kind);
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frame>) acknowledge(self, space, 0, frame);
    if constexpr (std::is_same_v<frame_type, wire::path_ack_frame>)
      acknowledge(self, space, static_cast<std::uint32_t>(frame.path), frame.ack);
    return result<>{};
  }));
}

void flight::on(role side, std::size_t, event::packet_lost const& e) {
  auto& self = of(side);
  auto& packets = self.packets[index_of(e.space)];
  auto const found = packets.find({e.multipath_id, e.number});
  check(found != packets.end(), side, e.now, "INV-18 a packet that was not in flight is lost", e.number);
  if (found == packets.end()) return;
  forget(self, e.space, found->second);
  packets.erase(found);
}

void flight::on(role side, std::size_t, event::key_updated const& e) {
  // RFC 9001 4.6.2: nobody will acknowledge early data that was rejected.
  if (beginnings_.rejected(side, e)) forget_all(of(side), packet_space::application);
  if (!e.discarded) return;
  // RFC 9002 6.2.2: what is discarded takes the count of timeouts along.
  if (e.level != encryption_level::early_data) of(side).pto_count = 0;
  if (e.level == encryption_level::initial) forget_all(of(side), packet_space::initial);
  if (e.level == encryption_level::handshake) forget_all(of(side), packet_space::handshake);
}

void flight::on(role side, std::size_t, event::path_updated const& e) {
  auto& self = of(side);
  self.several_paths = self.several_paths || e.id != 0;
  auto const [at, added] = self.path_in_use.try_emplace(e.multipath_id, e.id);
  if (e.step == event::path_step::used) {
    at->second = e.id;
    self.window.reset();
    self.pto_count = 0;
  }
  if (e.step == event::path_step::reached || e.step == event::path_step::validated) self.proven.insert(e.id);
}

/// Probes may be as large at once, in the same step.
void flight::on(role side, std::size_t, event::mtu_updated const& e) {
  of(side).datagram_sizes[e.path] = e.size;
}

void flight::on(role side, std::size_t, event::parameters_set const& e) {
  if (e.local || e.remembered) return;
  if (auto const read = wire::read_transport_parameters(e.encoded, peer_of(side)))
    of(side).peer_ack_delay = read->max_ack_delay;
}

void flight::after_step(seen_step const& step) {
  for (auto const side : both_sides) {
    auto const& seen = step.of(side);
    if (seen.gone || seen.closing) continue;
    auto& self = of(side);
    if (uses_several(self)) {
      check_paths(side, seen, step.now);
      continue;
    }
    auto const in_flight = self.bytes[self.path_in_use[0]];
    check(seen.stats.bytes_in_flight == in_flight, side, step.now,
          "INV-18 bytes in flight are not those of the packets sent and not settled: " + std::to_string(in_flight),
          seen.stats.bytes_in_flight);
    check_window(side, step);
    check_timers(side, step);
  }
}

/// A window that has grown without anybody's being told, with the size of datagrams for one, is seen only now.
void flight::check_window(role side, seen_step const& step) {
  auto& self = of(side);
  auto const& stats = step.of(side).stats;
  check(self.most_beyond <= stats.congestion_window, side, step.now,
        "INV-19 sends beyond the congestion window: " + std::to_string(self.most_beyond), stats.congestion_window);
  self.most_beyond = 0;
  self.window = stats.congestion_window;
  self.datagram_sizes[self.path_in_use[0]] = self.datagram_size = stats.datagram_size;
  self.pto_count = stats.pto_count;
  if (stats.pto_count == 0) self.probe_bytes = 0;
}

/// The same for each of several paths. What is in flight on one that is forgotten has been given up.
void flight::check_paths(role side, seen_end const& seen, instant now) {
  auto& self = of(side);
  // Once there is but one again, what was heard of the one before tells nothing of it.
  self.window.reset();
  self.pto_count = 0;
  std::set<std::uint32_t> known;
  bool waits = false;
  duration patience{};
  for (auto const& each : seen.paths) {
    known.insert(each.id);
    // A path ID that was given up before it was used never had a path.
    auto const used = self.path_in_use.find(each.id);
    auto const in_flight = used == self.path_in_use.end() ? 0 : self.bytes[used->second];
    check(each.bytes_in_flight == in_flight, side, now,
          "INV-18 bytes in flight on one of several paths are not those of its packets: " + std::to_string(in_flight),
          each.bytes_in_flight);
    // RFC 9002 A.8: a server waits in silence where it may send nothing.
    bool const may_send = side == role::client || (in_flight > 0 && self.proven.count(used->second) != 0);
    waits = waits || (each.open && !each.silent && may_send && in_flight > 0);
    auto const base = each.rtt.smoothed + std::max<duration>(4 * each.rtt.variation, std::chrono::milliseconds{1});
    patience = std::max(patience, 2 * base + std::max(self.peer_ack_delay, self.own_request));
  }
  for (auto at = self.path_in_use.begin(); at != self.path_in_use.end();) {
    if (known.count(at->first) == 0) forget_path(self, at->first);
    at = known.count(at->first) == 0 ? self.path_in_use.erase(at) : std::next(at);
  }
  check(seen.deadline > now, side, now, "INV-20 a timer has run out and is not acted on");
  if (!waits || !seen.confirmed) return;
  check(seen.deadline <= saturating_add(now, patience + std::chrono::seconds{1}), side, now,
        "INV-20 nothing waits for packets in flight on several paths");
}

bool flight::any(role side) const {
  auto const& spaces = ends_[index_of(side)].packets;
  return std::any_of(spaces.begin(), spaces.end(), [](auto const& packets) { return !packets.empty(); });
}

std::string flight::text_of(role side) const {
  std::string text;
  for (std::size_t space = 0; space < packet_space_count; ++space)
    for (auto const& [number, each] : ends_[index_of(side)].packets[space])
      text += " " + std::to_string(number.second) + " of space " + std::to_string(space) + " on path " +
              std::to_string(each.path) + (each.ack_eliciting ? "," : " (padded),");
  return text;
}

void flight::check_timers(role side, seen_step const& step) {
  auto& self = of(side);
  auto const& seen = step.of(side);
  check(seen.deadline > step.now, side, step.now, "INV-20 a timer has run out and is not acted on");
  // RFC 9002 6.2.1: the peer may not be able to read 1-RTT packets before the handshake is confirmed. 6.2.2.1: a client
  // probes with nothing in flight while the server may not know its address. A.8: a server waits in silence while it
  // may send nothing.
  auto const& waiting = self.ack_eliciting;
  bool const may_send = side == role::client || (seen.confirmed && self.proven.count(self.path_in_use[0]) != 0);
  bool const in_flight = waiting[0] + waiting[1] > 0 || (waiting[2] > 0 && seen.confirmed);
  bool const unproven = side == role::client && !seen.confirmed && !self.handshake_acked;
  if (!may_send || !(in_flight || unproven)) return;
  constexpr std::uint32_t most_doublings = 24;
  auto const& rtt = seen.stats.rtt;
  auto const base = rtt.smoothed + std::max<duration>(4 * rtt.variation, std::chrono::milliseconds{1}) +
                    std::max(self.peer_ack_delay, self.own_request) + std::chrono::milliseconds{50};
  auto patience = saturating_multiply(base, 1U << std::min(seen.stats.pto_count, most_doublings));
  // What is lost by time goes before a probe (RFC 9002 6.2.1), and on the path before that is as long as its measure,
  // which is that of a new path when a NAT's port took the estimates along (RFC 9000 9.4).
  self.slowest = std::max({self.slowest, rtt.smoothed, rtt.latest});
  if (self.several_paths) patience = std::max<duration>(patience, 2 * self.slowest + std::chrono::milliseconds{425});
  check(seen.deadline <= saturating_add(step.now, patience), side, step.now,
        "INV-20 nothing waits for packets in flight; the next timer is due in us",
        static_cast<std::uint64_t>(
            (std::min(seen.deadline, saturating_add(step.now, std::chrono::hours{1})) - step.now).count() / 1000));
}

}  // namespace quoin::property
