// SPDX-License-Identifier: BSL-1.0
// Packets under keys that the fuzzer knows: what was sealed opens as what it was and not when it was changed, and what
// comes from outside never leaves its datagram.
#include <quoin/crypto/null/protection.hpp>
#include <quoin/keys/level_keys.hpp>
#include <quoin/wire/packet/long_header.hpp>
#include <quoin/wire/packet/short_header.hpp>

#include "require.hpp"
#include "script.hpp"

#include <vector>

namespace {

using namespace quoin;
using fuzz::require;
using bytes = std::vector<std::uint8_t>;

constexpr std::size_t id_size = 8;

level_keys<null_protection> keys() {
  level_keys<null_protection> made;
  bytes const secret(32, 0x33);
  for (auto const direction : {key_direction::seal, key_direction::open})
    made.install(direction, version::v1, cipher_suite::aes_128_gcm_sha256, secret);
  return made;
}

packet_to_open opened(byte_span packet, std::size_t number_offset, packet_number expected) {
  auto with = keys();
  packet_to_open one{};
  one.bytes = packet;
  one.packet_number_offset = number_offset;
  one.expected = expected;
  with.open({&one, 1});
  return one;
}

void from_outside(byte_view input) {
  for (std::size_t const at : {std::size_t{1}, 1 + id_size, std::size_t{18}}) {
    bytes datagram{input.begin(), input.end()};
    if (datagram.size() < at + 4 + 16) continue;
    auto const one = opened(datagram, at, 7);
    if (one.status != open_status::opened) continue;
    require(one.payload.data() >= datagram.data() + at + 1, "a payload begins behind its packet number");
    require(one.payload.data() + one.payload.size() + aead_tag_size == datagram.data() + datagram.size(),
            "a payload ends before its tag");
  }
}

void out_and_in(fuzz::script input) {
  auto const number = input.offset() & packet_number_max;
  auto const number_size = 1U + input.byte() % 4;
  auto const change = input.number();
  auto const payload = input.take(2000);
  if (number_size + payload.size() < 4) return;
  bytes packet(1 + id_size);
  packet[0] = static_cast<std::uint8_t>(0x40U | (number_size - 1));
  for (auto shift = 8 * number_size; shift > 0; shift -= 8)
    packet.push_back(static_cast<std::uint8_t>(number >> (shift - 8)));
  packet.insert(packet.end(), payload.begin(), payload.end());
  packet.resize(packet.size() + aead_tag_size);
  packet_to_seal to_seal{packet, 1 + id_size, number_size, number};
  auto with = keys();
  with.seal({&to_seal, 1});

  auto copy = packet;
  auto const one = opened(copy, 1 + id_size, number);
  require(one.status == open_status::opened && one.number == number, "what was sealed can be opened");
  require(fuzz::same(one.payload, payload), "a payload survives");
  copy = packet;
  copy[change % copy.size()] ^= static_cast<std::uint8_t>(1U << (change >> 8) % 8);
  require(opened(copy, 1 + id_size, number).status != open_status::opened, "what was changed cannot be opened");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  from_outside({data, size});
  out_and_in({data, size});
  return 0;
}
