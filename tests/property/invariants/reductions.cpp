// SPDX-License-Identifier: BSL-1.0
#include "reductions.hpp"

#include <quoin/wire/extension_frames.hpp>

#include <algorithm>
#include <utility>

namespace quoin::property {

void reductions::on(role side, std::size_t, event::packet_sent const& e) {
  if (has_number(e.kind)) of(side).lanes[e.multipath_id].sent_at[index_of(space_of_kind(e.kind))][e.number] = e.now;
}

void reductions::acknowledge(lane& of, packet_space space, wire::ack_frame const& ack) {
  auto& sent = of.sent_at[index_of(space)];
  ack.for_each_range([&](packet_number low, packet_number high) {
    for (auto at = sent.lower_bound(low); at != sent.end() && at->first <= high; at = sent.erase(at))
      if (of.reduced_at && at->second > *of.reduced_at) of.reduced_at.reset();
  });
}

void reductions::on(role side, std::size_t, event::packet_received const& e) {
  auto& lanes = of(side).lanes;
  // RFC 9000 17.2.5.3, 6.2: congestion control begins anew.
  if (e.kind == event::packet_kind::retry || e.kind == event::packet_kind::version_negotiation) {
    lanes[0].window.reset();
    lanes[0].reduced_at.reset();
  }
  if (!has_number(e.kind)) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frame>) acknowledge(lanes[0], space_of_kind(e.kind), frame);
    if constexpr (std::is_same_v<frame_type, wire::path_ack_frame>)
      acknowledge(lanes[static_cast<std::uint32_t>(frame.path)], packet_space::application, frame.ack);
    return result<>{};
  }));
}

void reductions::on(role side, std::size_t, event::packet_lost const& e) {
  auto& self = of(side).lanes[e.multipath_id];
  auto& sent = self.sent_at[index_of(e.space)];
  auto const found = sent.find(e.number);
  if (found == sent.end()) return;
  self.lost_from = std::min(self.lost_from, found->second);
  self.lost_to = std::max(self.lost_to, found->second);
  sent.erase(found);
}

void reductions::on(role side, std::size_t, event::metrics_updated const& e) {
  auto& self = of(side).lanes[e.multipath_id];
  auto const before = std::exchange(self.window, e.congestion_window);
  auto const smoothed = std::min(std::exchange(self.smoothed, e.smoothed_rtt), e.smoothed_rtt);
  // RFC 9002 7.6.2, B.8: persistent congestion may be found out about at any time, and every loss after it is news.
  bool const persistent = self.lost_to > self.lost_from && self.lost_to - self.lost_from > 3 * smoothed;
  bool const lost = self.lost_to >= self.lost_from;
  self.lost_from = instant::max();
  self.lost_to = instant::min();
  if (!expected || !before || e.congestion_window >= *before) return;
  ++of(side).count;
  bool const apart = losses_apart && lost;
  check(!self.reduced_at || persistent || apart, side, e.now, "INV-19 the window is reduced twice in one round trip",
        e.congestion_window);
  self.reduced_at = persistent ? std::nullopt : std::optional{e.now};
}

/// Another path has a window of its own (RFC 9000 9.4).
void reductions::on(role side, std::size_t, event::path_updated const& e) {
  if (e.step != event::path_step::used) return;
  of(side).lanes[e.multipath_id].window.reset();
  of(side).lanes[e.multipath_id].reduced_at.reset();
}

/// A window that nothing has happened to yet is computed anew (RFC 9002 7.2).
void reductions::on(role side, std::size_t, event::mtu_updated const&) {
  for (auto& [id, each] : of(side).lanes) each.window.reset();
}

}  // namespace quoin::property
