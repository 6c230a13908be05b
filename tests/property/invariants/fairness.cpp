// SPDX-License-Identifier: BSL-1.0
#include "fairness.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <algorithm>
#include <set>

namespace quoin::property {

void fairness::on(role side, std::size_t, event::packet_sent const& e) {
  if (!expected || (e.kind != event::packet_kind::one_rtt && e.kind != event::packet_kind::zero_rtt)) return;
  auto& self = of(side);
  std::set<std::uint64_t> served;
  bool new_data = false;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(frame)>, wire::stream_frame>) {
      auto& highest = self.sent[frame.id.value()];
      new_data = new_data || frame.offset + frame.data.size() > highest;
      highest = std::max<byte_count>(highest, frame.offset + frame.data.size());
      served.insert(frame.id.value());
    }
    return result<>{};
  }));
  // What is sent again is a turn too; only new data takes one from others.
  for (auto& [id, wait] : self.waiting) wait.packets = served.count(id) != 0 ? 0 : wait.packets + (new_data ? 1 : 0);
  // Who has said all that it had to say waits no longer, however many packets are sent at this moment.
  std::erase_if(self.waiting, [&](auto const& each) { return self.sent[each.first] >= each.second.until; });
  // Each round serves all that wait; a round is at most one packet for each.
  auto const rounds = 4 * (self.waiting.size() + served.size()) + 16;
  for (auto const& [id, wait] : self.waiting)
    check(wait.packets <= rounds, side, e.now, "INV-39 others are served again and again before stream", id);
}

void fairness::on(role side, std::size_t, event::key_updated const& e) {
  if (beginnings_.rejected(side, e)) of(side) = {};
}

void fairness::on(role side, std::size_t, event::packet_received const& e) {
  if (new_beginnings::another_version(e)) of(side) = {};
  if (!expected || e.kind != event::packet_kind::one_rtt) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(frame)>, wire::max_stream_data_frame>) {
      auto& known = of(side).credit[frame.id.value()];
      known = std::max<byte_count>(known, frame.maximum);
    }
    return result<>{};
  }));
}

void fairness::on(role side, std::size_t, event::parameters_set const& e) {
  if (e.local) return;
  auto const read = wire::read_transport_parameters(e.encoded, peer_of(side));
  if (!read) return;
  // "Local" and "remote" are as the peer sees it.
  of(side).initial[0] = read->initial_max_stream_data_bidi_remote;
  of(side).initial[1] = read->initial_max_stream_data_bidi_local;
  of(side).initial[2] = read->initial_max_stream_data_uni;
}

byte_count fairness::credit_of(role side, stream_id id) {
  auto& self = of(side);
  auto const first = self.initial[!id.is_bidirectional() ? 2 : id.initiator() == side ? 0 : 1];
  auto const later = self.credit.find(id.value());
  return later == self.credit.end() ? first : std::max(first, later->second);
}

void fairness::after_step(seen_step const& step) {
  if (!expected) return;
  for (auto const side : both_sides) {
    auto& self = of(side);
    std::map<std::uint64_t, end::wait> waiting;
    for (auto const& [id, unsent] : step.of(side).unsent) {
      auto const until = std::min(self.sent[id] + unsent, credit_of(side, stream_id{id}));
      if (self.sent[id] >= until) continue;
      auto const before = self.waiting.find(id);
      waiting[id] = {before == self.waiting.end() ? 0 : before->second.packets, until};
    }
    self.waiting = std::move(waiting);
  }
}

}  // namespace quoin::property
