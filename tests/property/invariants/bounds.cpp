// SPDX-License-Identifier: BSL-1.0
#include "bounds.hpp"

#include <quoin/core/limits.hpp>
#include <quoin/wire/extension_frames.hpp>

namespace quoin::property {

void bounds::on(role side, std::size_t, event::packet_sent const& e) {
  if (!has_number(e.kind)) return;
  if (e.kind == event::packet_kind::one_rtt) {
    auto const sealed = ++of(side).sealed;
    check(sealed <= sealed_limit[index_of(side)], side, e.now, "INV-10 more packets are sealed than a key may", sealed);
  }
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    auto const check_ranges = [&](wire::ack_frame const& ack) {
      check(ack.more_range_count < limits::ack_ranges, side, e.now, "INV-15 an ACK has more ranges than are kept",
            ack.more_range_count);
    };
    if constexpr (std::is_same_v<frame_type, wire::ack_frame>) check_ranges(frame);
    if constexpr (std::is_same_v<frame_type, wire::path_ack_frame>) check_ranges(frame.ack);
    return result<>{};
  }));
}

void bounds::on(role side, std::size_t, event::packet_received const&) {
  ++of(side).looked_at;
}

void bounds::on(role side, std::size_t, event::packet_dropped const& e) {
  auto& self = of(side);
  ++self.looked_at;
  if (e.reason == event::drop_reason::decryption_failure) ++self.forged;
}

void bounds::begin_phase(end& self, std::uint64_t phase) {
  if (phase <= self.phase) return;
  self.phase = phase;
  self.sealed = 0;
}

void bounds::on(role side, std::size_t, event::key_updated const& e) {
  if (e.level == encryption_level::one_rtt && !e.discarded) begin_phase(of(side), e.phase);
}

void bounds::on(role side, std::size_t, event::path_updated const& e) {
  auto& paths = of(side).paths[e.multipath_id];
  if (e.step == event::path_step::closed)
    paths.erase(e.id);
  else
    paths.insert(e.id);
  check(paths.size() <= limits::paths, side, e.now, "INV-15 more paths than can be known", paths.size());
}

void bounds::after_step(seen_step const& step) {
  check(step.network.adds_up(), role::client, step.now, "INV-47 datagrams are not accounted for", step.network.sent);
  constexpr unsigned turns = 100;
  check(step.most_turns <= turns, role::server, step.now, "INV-40 an endpoint has no end with what is due at once",
        step.most_turns);
  for (auto const side : both_sides) {
    auto const& seen = step.of(side);
    auto& self = of(side);
    if (seen.gone) continue;
    check(self.looked_at <= seen.arrived * limits::coalesced_packets + limits::undecryptable_packets, side, step.now,
          "INV-40 more packets are looked at than can have arrived", self.looked_at);
    check(self.forged <= forgery_limit[index_of(side)] || seen.closing, side, step.now,
          "INV-10 more forged packets than the limit, and not closed", self.forged);
    check(seen.held_bytes <= seen.held_bytes_most, side, step.now, "INV-14 more memory is held than the settings allow",
          seen.held_bytes);
    auto const of_paths = seen.paths.empty() ? 0 : limits::multipath_paths * limits::multipath_connection_ids;
    check(seen.connection_ids <= limits::issued_connection_ids + of_paths, side, step.now,
          "INV-15 more connection IDs lead here than are issued", seen.connection_ids);
    check(seen.paths.size() <= limits::multipath_paths + 1, side, step.now, "INV-15 more path IDs than can be kept",
          seen.paths.size());
  }
}

}  // namespace quoin::property
