// SPDX-License-Identifier: BSL-1.0
#include "wire_rules.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/transport_parameters.hpp>

#include <utility>

namespace quoin::property {
namespace {

std::size_t count_initials(byte_view rest) {
  std::size_t count = 0;
  while (!rest.empty() && (rest[0] & 0x80) != 0) {
    auto const header = wire::read_long_header(rest, wire::fixed_bit_rule::may_be_anything);
    if (!header) return count + 1;  // nothing of ours cannot be read
    count += header->kind == event::packet_kind::initial ? 1 : 0;
    rest = rest.subspan(header->packet_size);
  }
  return count;
}

}  // namespace

void wire_rules::on(role side, std::size_t, event::packet_sent const& e) {
  auto& self = ends_[index_of(side)];
  // What a host drops by itself takes its packets along.
  if (std::exchange(self.batch_left, false)) self.initials.clear();
  if (e.kind != event::packet_kind::initial) return;
  auto const read =
      wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, [](auto const&) { return result<>{}; });
  self.initials.push_back(side == role::client || (read && read->ack_eliciting));
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
  self.batch_left = true;
  // RFC 9000 14.1: one of its Initial packets is enough.
  bool owes_full_size = false;
  for (auto count = count_initials(datagram.bytes); count > 0 && !self.initials.empty(); --count) {
    owes_full_size = owes_full_size || self.initials.front();
    self.initials.pop_front();
  }
  check(!owes_full_size || datagram.bytes.size() >= 1200, datagram.from, datagram.now,
        "INV-12 a datagram with an Initial packet is too small", datagram.bytes.size());
}

}  // namespace quoin::property
