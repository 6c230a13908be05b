// SPDX-License-Identifier: BSL-1.0
/// \file
/// OBSERVED_ADDRESS: from where an endpoint sees its peer (draft-ietf-quic-address-discovery 4).
#pragma once

#include <quoin/core/address.hpp>
#include <quoin/wire/frame/encoding.hpp>

namespace quoin::wire {

struct observed_address_frame {
  static constexpr std::uint64_t first_type = 0x9f81a6;  ///< IPv4
  static constexpr std::uint64_t last_type = 0x9f81a7;   ///< IPv6
  static constexpr std::uint8_t rules = with_application_data | detail::probing | makes_work;

  std::uint64_t sequence = 0;
  socket_address address;  ///< IPv4 or IPv6
};

constexpr bool write(byte_writer& writer, observed_address_frame const& frame) noexcept {
  bool const v4 = frame.address.family == address_family::v4;
  return detail::write_whole(writer, [&](byte_writer& out) {
    return out.varint(v4 ? observed_address_frame::first_type : observed_address_frame::last_type) &&
           out.varint(frame.sequence) && out.bytes(byte_view{frame.address.ip}.first(v4 ? 4 : 16)) &&
           out.u16(frame.address.port);
  });
}

/// `type` is the one that was read, and says which family it is.
constexpr result<> read(byte_reader& reader, std::uint64_t type, observed_address_frame& frame) noexcept {
  bool const v4 = type == observed_address_frame::first_type;
  auto const sequence = reader.varint();
  auto const ip = reader.bytes(v4 ? 4 : 16);
  auto const port = reader.u16();
  if (!sequence || !ip || !port) return detail::malformed("OBSERVED_ADDRESS frame cut short");
  frame.sequence = *sequence;
  frame.address = {};
  std::copy(ip->begin(), ip->end(), frame.address.ip.begin());
  frame.address.port = *port;
  frame.address.family = v4 ? address_family::v4 : address_family::v6;
  return {};
}

}  // namespace quoin::wire
