// SPDX-License-Identifier: BSL-1.0
// A datagram from anyone: every header that can be read of it is written again and must be read as the same.
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/short_header.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

#include "require.hpp"

#include <vector>

namespace {

using fuzz::require;
using fuzz::same;
using quoin::byte_view;
namespace wire = quoin::wire;

bool within(byte_view inner, byte_view outer) {
  return inner.empty() || (inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size());
}

void long_packet(byte_view packet, wire::long_header const& read) {
  require(read.packet_size <= packet.size(), "a packet lies within its datagram");
  require(read.packet_number_offset <= read.packet_size, "a packet number lies within its packet");
  require(within(read.token, packet), "a token lies within its packet");

  std::vector<std::uint8_t> room(packet.size() + 64);
  quoin::byte_writer writer{room};
  auto const header = wire::write_long_header(writer, read.kind, read.version, read.destination, read.source,
                                              read.token, 0x01020304, (read.first_byte & 3u) + 1);
  require(header.has_value(), "a header that was read can be written");
  if (room.size() - header->packet_number_offset >= 0x4000) return;
  wire::patch_length(room, *header, room.size());
  auto const again = wire::read_long_header(room);
  require(again.has_value(), "a header that was written can be read");
  require(again->kind == read.kind && again->version == read.version, "kind and version survive");
  require(again->destination == read.destination && again->source == read.source, "connection IDs survive");
  require(same(again->token, read.token), "a token survives");
  require(again->packet_size == room.size(), "a length survives");
  require(again->packet_number_offset == header->packet_number_offset, "reader and writer agree on the packet number");
}

void retry(byte_view datagram) {
  auto const read = wire::read_retry(datagram);
  if (!read) return;
  std::vector<std::uint8_t> room(datagram.size());
  quoin::byte_writer writer{room};
  require(
      wire::write_retry_without_tag(writer, read->version, read->destination, read->source, read->token, datagram[0]),
      "a Retry that was read can be written");
  require(same(writer.written(), read->without_tag), "a Retry survives");
}

void version_negotiation(byte_view datagram) {
  auto const read = wire::read_version_negotiation(datagram);
  if (!read) return;
  std::vector<std::uint32_t> versions;
  read->for_each_version([&](std::uint32_t v) { versions.push_back(v); });
  require(versions.size() * 4 == read->versions.size(), "every version is told");
  std::vector<std::uint8_t> room(datagram.size());
  quoin::byte_writer writer{room};
  require(wire::write_version_negotiation(writer, read->destination, read->source, versions, datagram[0]),
          "a Version Negotiation packet that was read can be written");
  require(same(writer.written().subspan(1), datagram.subspan(1)), "a Version Negotiation packet survives");
}

void invariants(byte_view datagram) {
  for (std::size_t const id_size : {0u, 8u, 20u}) {
    auto const read = wire::read_invariant_header(datagram, id_size);
    if (!read) continue;
    require(read->size <= datagram.size(), "invariants lie within their datagram");
    require(within(read->destination, datagram) && within(read->source, datagram), "connection IDs lie within");
    if (!read->long_form) require(read->destination.size() == id_size, "a short header's ID is as long as we said");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  byte_view datagram{data, size};
  invariants(datagram);
  retry(datagram);
  version_negotiation(datagram);
  while (auto const header = wire::read_long_header(datagram)) {
    long_packet(datagram, *header);
    require(header->packet_size > 0, "a walk over coalesced packets comes to an end");
    datagram = datagram.subspan(header->packet_size);
  }
  return 0;
}
