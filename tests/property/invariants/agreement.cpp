// SPDX-License-Identifier: BSL-1.0
#include "agreement.hpp"

#include <quoin/wire/extension_frames.hpp>

namespace quoin::property {

void agreement::on(role side, std::size_t, event::packet_sent const& e) {
  if (e.kind != event::packet_kind::one_rtt) return;
  auto& own = keys_[index_of(side)];
  own.first_in_phase.try_emplace(e.multipath_id, e.number);
}

void agreement::on(role side, std::size_t, event::packet_received const& e) {
  auto& own = keys_[index_of(side)];
  if (e.kind != event::packet_kind::one_rtt || own.arrived) return;
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [&](auto const& frame) {
    using frame_type = std::remove_cvref_t<decltype(frame)>;
    if constexpr (std::is_same_v<frame_type, wire::ack_frame>) own.on_acked(0, frame.largest);
    if constexpr (std::is_same_v<frame_type, wire::path_ack_frame>) own.on_acked(frame.path, frame.ack.largest);
    return result<>{};
  }));
}

/// Who begins an update says so, and so does who follows one.
void agreement::on(role side, std::size_t, event::key_updated const& e) {
  auto& own = keys_[index_of(side)];
  // RFC 9001 4.9.2: Handshake keys go when the handshake is confirmed.
  if (e.level == encryption_level::handshake && e.discarded) own.confirmed = true;
  if (e.level != encryption_level::one_rtt || e.discarded || e.phase <= own.phase) return;
  check(e.phase == own.phase + 1, side, e.now, "INV-32 a key update is left out", e.phase);
  if (e.remote) {
    check(keys_[index_of(peer_of(side))].phase >= e.phase, side, e.now,
          "INV-32 an update is followed that the peer has not begun", e.phase);
  } else {
    check(own.confirmed, side, e.now, "INV-32 keys are updated before the handshake is confirmed", e.phase);
    // RFC 9001 6.1
    check(own.arrived, side, e.now, "INV-32 keys are updated again before the last update is known to have arrived",
          e.phase);
  }
  own.begin(e.phase);
}

void agreement::on(role side, std::size_t, event::parameters_set const& e) {
  if (e.remembered) return;
  (e.local ? said_ : heard_)[index_of(side)].assign(e.encoded.begin(), e.encoded.end());
}

void agreement::after_step(seen_step const& step) {
  for (auto const side : both_sides) {
    auto const& seen = step.of(side);
    check(seen.gone || seen.stats.key_phase <= keys_[index_of(side)].phase, side, step.now,
          "INV-32 keys are updated and nobody is told", seen.stats.key_phase);
  }
  auto const& client = step.of(role::client);
  auto const& server = step.of(role::server);
  bool const both = client.connected && server.connected && !client.gone && !server.gone;
  if (!both) return;
  for (auto const side : both_sides)
    check(heard_[index_of(side)] == said_[index_of(peer_of(side))], side, step.now,
          "INV-31 the peer's transport parameters are not those that it sent");
  check(client.spoken == server.spoken, role::client, step.now, "INV-31 the two ends speak different versions",
        static_cast<std::uint32_t>(client.spoken));
  check(client.alpn == server.alpn && !client.alpn.empty(), role::client, step.now,
        "INV-31 the two ends chose different application protocols");
  auto const phases = client.stats.key_phase - server.stats.key_phase + 1;
  check(phases <= 2, role::client, step.now, "INV-32 one end is more than one key update ahead", phases);
}

}  // namespace quoin::property
