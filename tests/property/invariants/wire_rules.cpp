// SPDX-License-Identifier: BSL-1.0
#include "wire_rules.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters.hpp>

namespace quoin::property {

void wire_rules::on(role side, std::size_t, event::packet_sent const& e) {
  if (e.kind != event::packet_kind::initial) return;
  auto const read =
      wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [](auto const&) { return result<>{}; });
  if (side == role::client || (read && read->ack_eliciting)) ends_[index_of(side)].owes_full_size = true;
}

void wire_rules::on(role side, std::size_t, event::parameters_set const& e) {
  if (e.local || e.remembered) return;
  auto const read = wire::read_transport_parameters(e.encoded, peer_of(side));
  if (read && read->grease_quic_bit) ends_[index_of(side)].may_clear_bit = true;
}

void wire_rules::on_datagram(seen_datagram const& datagram) {
  if (datagram.bytes.empty()) return;
  auto& self = ends_[index_of(datagram.from)];
  bool const quic_bit = (datagram.bytes[0] & 0x40) != 0;
  check(quic_bit || self.may_clear_bit, datagram.from, datagram.now, "INV-13 the QUIC bit is cleared unasked",
        datagram.bytes[0]);
  if (!std::exchange(self.owes_full_size, false)) return;
  check(datagram.bytes.size() >= 1200, datagram.from, datagram.now,
        "INV-12 a datagram with an Initial packet is too small", datagram.bytes.size());
}

}  // namespace quoin::property
