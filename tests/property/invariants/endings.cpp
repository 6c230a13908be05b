// SPDX-License-Identifier: BSL-1.0
#include "endings.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <algorithm>
#include <bit>

namespace quoin::property {

using namespace std::chrono_literals;
using event::close_origin;

/// RFC 9002 6.2.1, without backoff. A peer may have been asked for another delay than it announced.
duration endings::probe_timeout(seen_end const& seen, duration ack_delay) {
  auto const of = [&](rtt_values const& rtt) {
    return rtt.smoothed + std::max<duration>(4 * rtt.variation, 1ms) + ack_delay;
  };
  // draft-ietf-quic-multipath 2.5: that of the slowest path.
  auto longest = of(seen.stats.rtt);
  for (auto const& each : seen.paths) longest = std::max(longest, of(each.rtt));
  return longest;
}

void endings::on(role side, std::size_t, event::packet_sent const& e) {
  if (!has_number(e.kind)) return;
  auto& self = of(side);
  if (!self.began) self.began = e.now;
  check(!self.draining, side, e.now, "INV-26 a packet is sent by who should be silent", e.number);
  bool only_closes = true;
  auto const read = wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frequency_frame>)
      self.peer_ack_delay = std::max<duration>(self.peer_ack_delay, std::chrono::microseconds{frame.max_ack_delay});
    only_closes = only_closes && (std::is_same_v<frame_type, wire::connection_close_frame> ||
                                  std::is_same_v<frame_type, wire::padding_frame>);
    if constexpr (std::is_same_v<frame_type, wire::connection_close_frame>)
      check_said(side, {frame.application, frame.code}, e.now);
    return result<>{};
  });
  // RFC 9000 10.2.1: in the closing state nothing else is sent.
  // One in each datagram; what an endpoint says for connections that it does not know is not counted.
  if (self.closed && e.kind == event::packet_kind::one_rtt) ++self.datagrams_since_close;
  check(!self.closed || only_closes, side, e.now, "INV-26 more than a CONNECTION_CLOSE is sent while closing",
        e.number);
  if (read && read->ack_eliciting && !self.eliciting_since_activity) {
    self.eliciting_since_activity = true;
    self.last_activity = e.now;
  }
}

/// What the peer is told is why it ended. RFC 9000 10.2.3: below 1-RTT an application keeps its words to itself.
void endings::check_said(role side, close_code said, instant now) {
  auto const& self = of(side);
  constexpr close_code silent{false, static_cast<std::uint64_t>(error_code::application_error)};
  bool const same = said == self.code || (self.code.first && said == silent);
  check(self.closed == close_origin::local && same, side, now,
        "INV-36 another code is sent than the connection ended with", said.second);
}

void endings::on(role side, std::size_t, event::packet_received const& e) {
  auto& self = of(side);
  if (!has_number(e.kind)) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(frame)>, wire::connection_close_frame>)
      self.heard.insert({frame.application, frame.code});
    return result<>{};
  }));
  if (!self.began) self.began = e.now;
  self.last_activity = e.now;
  self.eliciting_since_activity = false;
}

void endings::on(role side, std::size_t, event::parameters_set const& e) {
  auto const read = wire::read_transport_parameters(e.encoded, e.local ? side : peer_of(side));
  if (!read || e.remembered) return;
  (e.local ? of(side).own_idle : of(side).peer_idle) = read->max_idle_timeout;
  if (!e.local) of(side).peer_ack_delay = read->max_ack_delay;
}

void endings::on(role side, std::size_t, event::connection_closed const& e) {
  auto& self = of(side);
  if (!self.began && side == role::server) return;  // one that nothing authentic reached
  check(!self.closed, side, e.now, "INV-36 a connection ends twice");
  self.closed = e.origin;
  self.closed_at = e.now;
  self.code = {e.application, e.code};
  check(e.origin != close_origin::peer || self.heard.count(self.code) != 0, side, e.now,
        "INV-36 the peer is said to have ended it with what it never said", e.code);
  self.arrived_at_close = self.last_open.arrived;
  // RFC 9000 10.2.2, 10.1: whose peer has ended it, and who heard nothing, has nothing to say.
  self.draining = e.origin != close_origin::local;
  if (e.origin == close_origin::idle_timeout) check_idle(side, e.now);
}

/// RFC 9000 10.1: the smaller of the two timeouts that are not zero, and never less than three probe timeouts.
void endings::check_idle(role side, instant now) {
  auto const& self = of(side);
  auto idle = std::min(self.own_idle, self.peer_idle);
  if (idle == duration::zero()) idle = std::max(self.own_idle, self.peer_idle);
  auto const waited = now - self.last_activity;
  check(idle > duration::zero(), side, now, "INV-37 an idle timeout where there is none");
  check(waited >= idle, side, now, "INV-37 the idle timeout comes early",
        static_cast<std::uint64_t>(waited.count() / 1'000'000));
  check(waited <= std::max(idle, 3 * probe_timeout(self.last_open, self.peer_ack_delay)) + 100ms, side, now,
        "INV-37 the idle timeout comes late", static_cast<std::uint64_t>(waited.count() / 1'000'000));
}

void endings::after_step(seen_step const& step) {
  for (auto const side : both_sides) {
    auto& self = of(side);
    auto const& seen = step.of(side);
    check(!seen.told_after_closed, side, step.now, "INV-42 an application is told something after the end");
    if (self.closed) check_closing(side, seen, step.now);
    if (!seen.gone && !seen.closing) {
      self.last_open = seen;
      bool const late =
          self.began && !seen.connected && step.now > saturating_add(*self.began, handshake_timeout[index_of(side)]);
      check(!late, side, step.now, "INV-25 the handshake outlasts its deadline");
    }
  }
}

void endings::check_closing(role side, seen_end const& seen, instant now) {
  auto& self = of(side);
  if (self.gone) return;
  if (!seen.gone && !self.first_closing) self.first_closing = seen;
  // RFC 9000 10.2.1: answers to the 1st, 2nd, 4th, 8th ... packet, beside the first close.
  auto const heard = seen.arrived - std::min(seen.arrived, self.arrived_at_close);
  check(self.datagrams_since_close <= 1 + static_cast<std::uint64_t>(std::bit_width(heard)), side, now,
        "INV-26 a closing end repeats itself too often", self.datagrams_since_close);
  if (!seen.gone) return;
  self.gone = true;
  // RFC 9000 9.3.2: who knows no address of the peer's any more says goodbye to nobody.
  constexpr close_code nowhere{false, static_cast<std::uint64_t>(error_code::no_viable_path)};
  bool const at_once = *self.closed == close_origin::idle_timeout || *self.closed == close_origin::handshake_timeout ||
                       (*self.closed == close_origin::local && self.code == nowhere);
  if (at_once || !self.last_open.connected) return;
  // What arrived in the step of the end may have changed the estimate before it.
  auto const least = std::min(probe_timeout(self.last_open, {}),
                              probe_timeout(self.first_closing ? *self.first_closing : self.last_open, {}));
  check(now - self.closed_at >= 3 * least, side, now,
        "INV-25 closing or draining is over before three probe timeouts, in us",
        static_cast<std::uint64_t>((now - self.closed_at).count() / 1000));
}

void endings::at_end(seen_step const& step) {
  check(step.world_deadline == never, role::server, step.now, "INV-20 a timer is left after the end");
  for (auto const side : both_sides)
    check(step.of(side).gone, side, step.now, "INV-25 a connection is left after the end");
}

}  // namespace quoin::property
