// SPDX-License-Identifier: BSL-1.0
#include "conduct.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <algorithm>
#include <utility>

namespace quoin::property {
namespace {

constexpr auto application_error = static_cast<std::uint64_t>(error_code::application_error);

}  // namespace

/// Looks at the frames of a packet that `side` sends.
struct conduct::frames {
  conduct& owner;
  role side;
  packet_space space;
  bool only_ack_or_padding = true;
  bool was_asked = false;

  end& self() const { return owner.of(side); }
  void check(bool holds, std::string_view sentence, std::uint64_t number) const {
    owner.check(holds, side, owner.now_, sentence, number);
  }
  result<> eliciting() {
    only_ack_or_padding = false;
    return {};
  }

  result<> operator()(wire::padding_frame const&) { return {}; }
  result<> operator()(wire::ack_frame const& f) { return acknowledge(0, f); }
  result<> operator()(wire::path_ack_frame const& f) { return acknowledge(static_cast<std::uint32_t>(f.path), f.ack); }
  result<> acknowledge(std::uint32_t path, wire::ack_frame const& f) {
    auto& known = self().spaces[{space, path}];
    if (space == packet_space::application) self().roads[path].ack_due.reset();
    was_asked = std::exchange(known.unanswered, 0) > 0 || was_asked;
    f.for_each_range([&](packet_number low, packet_number high) {
      for (auto n = low; n <= high; ++n)
        if (known.received.count(n) == 0)
          return check(false, "INV-17 acknowledges a packet that it did not receive", n);
    });
    return {};
  }
  result<> operator()(wire::stream_frame const& f) {
    auto const end_offset = f.offset + f.data.size();
    check(self().reset.count(f.id.value()) == 0, "RFC 9000 3.1: data after RESET_STREAM", f.id.value());
    check(f.id.sendable_by(side), "sends on a stream that it may only receive on", f.id.value());
    owner.on_stream_bytes(side, f.id, end_offset, f.fin ? std::optional{end_offset} : std::nullopt);
    return eliciting();
  }
  result<> operator()(wire::reset_stream_frame const& f) {
    self().reset.insert(f.id.value());
    owner.on_stream_bytes(side, f.id, f.final_size, f.final_size);
    return eliciting();
  }
  result<> operator()(wire::reset_stream_at_frame const& f) {
    owner.on_stream_bytes(side, f.id, f.final_size, f.final_size);
    return eliciting();
  }
  result<> operator()(wire::stop_sending_frame const& f) {
    check(f.id.receivable_by(side), "stops a stream that it may only send on", f.id.value());
    return eliciting();
  }
  result<> operator()(wire::max_data_frame const& f) {
    check(f.maximum >= self().announced.max_data, "INV-07 MAX_DATA goes back", f.maximum);
    self().announced.max_data = std::max(self().announced.max_data, f.maximum);
    return eliciting();
  }
  result<> operator()(wire::max_stream_data_frame const& f) {
    auto const before = owner.stream_limit(side, f.id);
    check(f.maximum >= before, "INV-07 MAX_STREAM_DATA goes back", f.id.value());
    self().max_stream_data[f.id.value()] = std::max(before, f.maximum);
    return eliciting();
  }
  result<> operator()(wire::max_streams_frame const& f) {
    auto& limit = self().announced.max_streams[index_of(f.direction)];
    check(f.maximum >= limit, "INV-07 MAX_STREAMS goes back", f.maximum);
    limit = std::max(limit, f.maximum);
    return eliciting();
  }
  result<> operator()(wire::new_connection_id_frame const& f) { return issue(0, f); }
  result<> operator()(wire::path_new_connection_id_frame const& f) {
    return issue(static_cast<std::uint32_t>(f.path), f.issued);
  }
  result<> issue(std::uint32_t path, wire::new_connection_id_frame const& f) {
    auto& next = self().roads[path].next_id_sequence;
    check(f.sequence <= next, "INV-24 a sequence number is left out", f.sequence);
    check(f.retire_prior_to <= f.sequence, "retires more than it has issued", f.sequence);
    next = std::max(next, f.sequence + 1);
    return eliciting();
  }
  result<> operator()(wire::retire_connection_id_frame const& f) { return retire(0, f.sequence); }
  result<> operator()(wire::path_retire_connection_id_frame const& f) {
    return retire(static_cast<std::uint32_t>(f.path), f.sequence);
  }
  result<> retire(std::uint32_t path, std::uint64_t sequence) {
    check(sequence < owner.of(peer_of(side)).roads[path].next_id_sequence, "retires an ID that was never issued",
          sequence);
    return eliciting();
  }
  result<> operator()(wire::path_abandon_frame const& f) {
    self().roads[static_cast<std::uint32_t>(f.path)].abandon(owner.now_);
    return eliciting();
  }
  result<> operator()(wire::new_token_frame const& f) {
    check(side == role::server && !f.token.empty(), "a client's NEW_TOKEN, or an empty one", f.token.size());
    return eliciting();
  }
  result<> operator()(wire::handshake_done_frame const&) {
    check(side == role::server, "a client's HANDSHAKE_DONE", 0);
    return eliciting();
  }
  result<> operator()(wire::connection_close_frame const& f) {
    check(!f.application || space == packet_space::application, "0x1d below 1-RTT", f.code);
    // RFC 9000 10.2.3: what an application says before its words are confidential.
    bool const veiled = space != packet_space::application && f.code == application_error;
    check(f.application || veiled, "INV-36 a transport error in an honest run, with the code", f.code);
    self().closed = true;
    return {};
  }
  template <class Other>
  result<> operator()(Other const&) {
    return eliciting();
  }
};

std::uint64_t conduct::limits::of_stream(role from, stream_id id) const {
  if (id.direction() == stream_direction::unidirectional) return stream_window_uni;
  return id.initiator() == from ? stream_window_local : stream_window_remote;
}

std::uint64_t conduct::stream_limit(role receiver, stream_id id) {
  auto& self = of(receiver);
  auto const initial = self.announced.of_stream(receiver, id);
  auto const found = self.max_stream_data.find(id.value());
  return found == self.max_stream_data.end() ? initial : std::max(initial, found->second);
}

conduct::limits const& conduct::limits_for(role sender) {
  auto const& remembered = of(sender).remembered;
  return remembered ? *remembered : of(peer_of(sender)).announced;
}

void conduct::on_stream_bytes(role sender, stream_id id, std::uint64_t end_offset,
                              std::optional<std::uint64_t> final_size) {
  auto& self = of(sender);
  auto const receiver = peer_of(sender);
  auto& highest = self.highest_sent[id.value()];
  if (end_offset > highest) {
    self.sum_sent += end_offset - highest;
    highest = end_offset;
  }
  auto const& granted = limits_for(sender);
  check(end_offset <= (self.remembered ? granted.of_stream(receiver, id) : stream_limit(receiver, id)), sender, now_,
        "INV-06 sends beyond MAX_STREAM_DATA", id.value());
  check(self.sum_sent <= granted.max_data, sender, now_, "INV-06 sends beyond MAX_DATA", self.sum_sent);
  if (id.initiator() == sender)
    check(id.index() < granted.max_streams[index_of(id.direction())], sender, now_,
          "INV-07 opens more streams than allowed", id.value());
  if (final_size) {
    auto const [at, added] = self.final_size.try_emplace(id.value(), *final_size);
    check(at->second == *final_size, sender, now_, "INV-05 the final size changes", id.value());
  }
  if (auto const known = self.final_size.find(id.value()); known != self.final_size.end())
    check(highest <= known->second, sender, now_, "INV-05 data beyond the final size", id.value());
}

bool conduct::may_speak_elsewhere(end const& self) {
  return std::any_of(self.roads.begin(), self.roads.end(),
                     [](auto const& each) { return !each.second.abandoned && each.second.may_speak(); });
}

/// RFC 9000 13.2.1, with a millisecond for timers.
void conduct::check_ack_is_in_time(role side) {
  auto const& self = of(side);
  if (self.closed) return;
  for (auto const& [id, on] : self.roads) {
    // RFC 9000 8.1: to an address that is not proven only so much may be said. What an abandoned path has brought is
    // acknowledged on another one.
    if (!on.ack_due || !(on.abandoned ? may_speak_elsewhere(self) : on.may_speak())) continue;
    check(now_ <= *on.ack_due + std::chrono::milliseconds{1}, side, now_, "INV-16 an acknowledgement is late", id);
  }
}

void conduct::on(role side, std::size_t, event::packet_sent const& e) {
  if (!has_number(e.kind)) return;
  ++packets_;
  if (e.kind == event::packet_kind::zero_rtt) ++early_packets_;
  now_ = e.now;
  auto const space = space_of_kind(e.kind);
  auto& self = of(side);
  auto& counted = self.spaces[{space, e.multipath_id}];
  check(!counted.last_sent || e.number > *counted.last_sent, side, now_, "INV-08 packet numbers must rise", e.number);
  check(e.number <= packet_number_max, side, now_, "INV-08 packet number too large", e.number);
  counted.last_sent = e.number;
  counted.sent.insert(e.number);
  check(!e.frames.empty(), side, now_, "INV-12 a packet without frames", e.number);
  check_ack_is_in_time(side);
  if (e.kind == event::packet_kind::one_rtt) {
    check(e.size <= of(peer_of(side)).max_udp_payload, side, now_, "INV-34 larger than the peer takes", e.size);
    check(e.mark == ecn::not_ect || self.ecn_failed.count(e.path) == 0, side, now_,
          "INV-35 a mark where marks have failed", e.number);
  }
  if (space == packet_space::application && e.mark != ecn::not_ect)
    self.roads[e.multipath_id].marked[e.number] = e.path;
  frames each{*this, side, space};
  auto const read = wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, each);
  check(read.has_value(), side, now_, "INV-12 frames that must not be sent so", e.number);
  // RFC 9000 13.2.1: what asks for no answer gets none, or two ends would answer each other for ever.
  check(!each.only_ack_or_padding || self.closed || each.was_asked, side, now_,
        "INV-17 a packet that only acknowledges, and nothing asked for it", e.number);
}

void conduct::after_step(seen_step const& step) {
  now_ = step.now;
  for (auto const side : both_sides) {
    if (step.of(side).gone || step.of(side).closing) continue;
    // The peer may not be told yet.
    for (auto const& path : step.of(side).paths)
      if (path.abandoned) of(side).roads[path.id].abandon(now_);
    check_ack_is_in_time(side);
    check_acks_at_once(side);
  }
}

/// RFC 9000 13.2.1: Initial and Handshake packets are acknowledged at once, by who may send something (8.1).
void conduct::check_acks_at_once(role side) {
  auto& self = of(side);
  if (side == role::server && !self.peer_proven) return;
  for (auto const space : {packet_space::initial, packet_space::handshake})
    check(self.unanswered(space) == 0, side, now_, "INV-16 a handshake packet is not acknowledged at once",
          index_of(space));
}

/// What was said before need not be true any more, nor be said again; packet numbers go on.
void conduct::begin_streams_anew(end& self) {
  self.highest_sent.clear();
  self.final_size.clear();
  self.reset.clear();
  self.sum_sent = 0;
  self.remembered.reset();
}

void conduct::on(role side, std::size_t, event::key_updated const& e) {
  // RFC 9001 4.9: whose keys are gone, nobody can acknowledge.
  if (e.discarded && e.level == encryption_level::initial) of(side).unanswered(packet_space::initial) = 0;
  if (e.discarded && e.level == encryption_level::handshake) of(side).unanswered(packet_space::handshake) = 0;
  if (beginnings_.rejected(side, e)) begin_streams_anew(of(side));
}

void conduct::on(role side, std::size_t, event::packet_received const& e) {
  if (new_beginnings::another_version(e)) begin_streams_anew(of(side));
  if (!has_number(e.kind)) return;
  now_ = e.now;
  auto const space = space_of_kind(e.kind);
  auto& self = of(side);
  std::pair const numbered{space, e.multipath_id};
  check(of(peer_of(side)).spaces[numbered].sent.count(e.number) == 1, side, now_,
        "receives a packet that was never sent", e.number);
  check(self.spaces[numbered].received.insert(e.number).second, side, now_, "INV-11 a packet is processed twice",
        e.number);
  check_ack_is_in_time(side);
  if (e.kind == event::packet_kind::handshake) self.peer_proven = true;
  auto const read = wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frame>)
      if (space == packet_space::application) check_marks(side, self.roads[0], frame);
    if constexpr (std::is_same_v<frame_type, wire::path_ack_frame>)
      check_marks(side, self.roads[static_cast<std::uint32_t>(frame.path)], frame.ack);
    if constexpr (std::is_same_v<frame_type, wire::ack_frequency_frame>)
      if (!self.ack_wishes || frame.sequence > *self.ack_wishes) {
        self.ack_wishes = frame.sequence;
        self.max_ack_delay = std::chrono::microseconds{frame.max_ack_delay};
      }
    if constexpr (std::is_same_v<frame_type, wire::path_abandon_frame>)
      self.roads[static_cast<std::uint32_t>(frame.path)].abandon(now_);
    return result<>{};
  });
  if (read && read->ack_eliciting) ++self.spaces[numbered].unanswered;
  if (e.kind != event::packet_kind::one_rtt) return;
  if (!read || !read->ack_eliciting) return;
  auto& due = self.roads[e.multipath_id].ack_due;
  due = std::min(due.value_or(instant::max()), saturating_add(e.now, self.max_ack_delay));
}

/// RFC 9000 13.4.2.1: an ACK that acknowledges marked packets and has no counts ends marking on the path in use.
void conduct::check_marks(role side, road& on, wire::ack_frame const& ack) {
  bool const rises = !on.largest_acked || ack.largest > *on.largest_acked;
  bool marked_here = false;
  ack.for_each_range([&](packet_number low, packet_number high) {
    auto at = on.marked.lower_bound(low);
    while (at != on.marked.end() && at->first <= high) {
      marked_here = marked_here || at->second == on.path_in_use;
      at = on.marked.erase(at);
    }
  });
  if (!rises) return;
  on.largest_acked = ack.largest;
  if (marked_here && !ack.has_ecn) of(side).ecn_failed.insert(on.path_in_use);
}

bool conduct::proven(role side, socket_address const& address) const {
  auto const& known = ends_[index_of(side)].proven;
  return std::find(known.begin(), known.end(), address) != known.end();
}

void conduct::on(role side, std::size_t, event::path_updated const& e) {
  auto const [at, added] = of(side).roads.try_emplace(e.multipath_id);
  // The first path of a path ID is the one that is tried first.
  if (added || (at->second.validated.empty() && at->second.path_in_use == 0)) at->second.path_in_use = e.id;
  on_path_step(side, at->second, e);
}

/// Who could acknowledge nothing on `on` may do so now, and there what abandoned paths have brought.
void conduct::give_time(role side, road& on, instant now) {
  for (auto& [id, each] : of(side).roads)
    if (each.ack_due && (&each == &on || each.abandoned)) each.ack_due = saturating_add(now, of(side).max_ack_delay);
}

void conduct::on_path_step(role side, road& on, event::path_updated const& e) {
  auto& validated = on.validated;
  switch (e.step) {
    case event::path_step::reached: of(side).proven.push_back(e.path.remote); break;
    case event::path_step::validated:
      validated[e.id] = e.now;
      // Who could not say anything there says it now.
      if (e.id == on.path_in_use) give_time(side, on, e.now);
      of(side).proven.push_back(e.path.remote);
      break;
    case event::path_step::failed:
      if (e.id != on.path_in_use || validated.count(e.id) != 0) break;
      for (auto const& [id, when] : validated)
        if (!on.must_return_to || when >= validated[*on.must_return_to]) on.must_return_to = id;
      break;
    case event::path_step::used:
      // Of two that were validated at the same moment either is the last.
      check(!on.must_return_to || *on.must_return_to == e.id ||
                (validated.count(e.id) != 0 && validated[e.id] == validated[*on.must_return_to]),
            side, e.now, "INV-33 after a failed validation it does not return to the last validated path", e.id);
      on.must_return_to.reset();
      // The same for who comes back from an address that was never proven.
      if (validated.count(on.path_in_use) == 0) give_time(side, on, e.now);
      // What was marked when it was in use before says nothing of it now.
      std::erase_if(on.marked, [&](auto const& sent) { return sent.second == e.id; });
      on.path_in_use = e.id;
      break;
    case event::path_step::closed:
      check(e.id != on.path_in_use, side, e.now, "INV-33 the path in use is given up", e.id);
      validated.erase(e.id);
      break;
    case event::path_step::validating: break;
  }
}

void conduct::on(role side, std::size_t, event::mtu_updated const& e) {
  check(e.size >= 1200 && e.size <= of(peer_of(side)).max_udp_payload, side, e.now, "INV-34 an MTU that cannot be",
        e.size);
}

void conduct::on(role side, std::size_t, event::metrics_updated const& e) {
  check(e.congestion_window >= 2 * std::uint64_t{1200}, side, e.now, "INV-19 the window is below its minimum",
        e.congestion_window);
  // Probes may exceed the window, and it may have shrunk under a flight: an in-flight count that wrapped is neither.
  check(e.bytes_in_flight < std::uint64_t{1} << 40, side, e.now, "INV-18 bytes in flight are negative",
        e.bytes_in_flight);
}

void conduct::on(role side, std::size_t, event::parameters_set const& e) {
  auto const read = wire::read_transport_parameters(e.encoded, e.local ? side : peer_of(side));
  check(read.has_value(), side, e.now, "transport parameters that cannot be read");
  if (!read) return;
  auto& self = of(side);
  limits const said{read->initial_max_data,
                    read->initial_max_stream_data_bidi_local,
                    read->initial_max_stream_data_bidi_remote,
                    read->initial_max_stream_data_uni,
                    {read->initial_max_streams_bidi, read->initial_max_streams_uni}};
  if (!e.local) {
    self.remembered = e.remembered ? std::optional{said} : std::nullopt;
    return;
  }
  self.max_ack_delay = read->max_ack_delay;
  self.max_udp_payload = read->max_udp_payload_size;
  self.announced = said;
}

}  // namespace quoin::property
