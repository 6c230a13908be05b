// SPDX-License-Identifier: BSL-1.0
// A client before its first answer: Version Negotiation and Retry packets, almost right or not at all, and what else
// comes. It follows at most one of each, and what it does then still goes through.
#include "../bad_input/hostile_peer.hpp"
#include "require.hpp"
#include "script.hpp"

#include <quoin/handshake/retry_integrity.hpp>
#include <quoin/wire/packet/retry.hpp>
#include <quoin/wire/packet/version_negotiation.hpp>

namespace {

using namespace quoin;
using namespace quoin::testing;
using fuzz::require;

connection_id some_id(hostile_peer const& peer, fuzz::script& input) {
  switch (input.byte() % 4) {
    case 0: return peer.victim_id();
    case 1: return peer.first_destination();
    case 2: return *connection_id::from(repeated(8, 3));
    default: return *connection_id::from(input.take(input.byte() % 21));
  }
}

bytes version_negotiation(hostile_peer const& peer, fuzz::script& input) {
  auto const destination = some_id(peer, input);
  auto const source = some_id(peer, input);
  std::vector<std::uint32_t> versions;
  for (auto n = input.byte() % 5; n > 0; --n)
    versions.push_back(n == 1 ? 1U : n == 2 ? 0x6b3343cfU : static_cast<std::uint32_t>(input.number() << 16));
  bytes room(200);
  byte_writer writer{room};
  wire::write_version_negotiation(writer, destination.view(), source.view(), versions, input.byte());
  room.resize(writer.size());
  return room;
}

bytes retry(hostile_peer const& peer, fuzz::script& input) {
  auto const destination = some_id(peer, input);
  auto const source = some_id(peer, input);
  auto const original = some_id(peer, input);
  auto const v = (input.byte() & 1) != 0 ? version::v2 : version::v1;
  bytes room(1000);
  byte_writer writer{room};
  wire::write_retry_without_tag(writer, v, destination, source, input.take(input.byte()), input.byte());
  auto const tag = retry_integrity_tag<null_protection>(v, original, writer.written());
  writer.bytes(tag);
  room.resize(writer.size());
  return room;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::script input{data, size};
  peer_options options;
  if ((input.byte() & 1) != 0) options.settings.versions = {version::v1, version::v2};
  hostile_peer peer(role::server, stage::start, options);
  unsigned starts = 0;
  while (!input.empty()) {
    bytes datagram;
    switch (input.byte() % 3) {
      case 0: datagram = version_negotiation(peer, input); break;
      case 1: datagram = retry(peer, input); break;
      default: {
        auto const raw = input.take(input.byte());
        datagram = {raw.begin(), raw.end()};
      }
    }
    auto const change = input.byte();
    if (!datagram.empty() && change < 64) datagram[change % datagram.size()] ^= input.byte();
    if (datagram.empty()) continue;
    peer.deliver(std::move(datagram));
    bytes room(65536);
    while (auto const out = peer.victim->transmit(room, peer.now)) {
      require(out->bytes.size() >= 1200, "a client's Initial comes in a full-sized datagram");
      ++starts;
    }
    require(starts <= 2, "a client follows one Version Negotiation and one Retry");
    if (auto const& why = peer.victim->close_reason(); why)
      require(why->code == static_cast<std::uint64_t>(error_code::version_negotiation_error), "nothing else ends it");
  }
  return 0;
}
