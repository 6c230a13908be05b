// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-01, where a server's datagrams come and go.
#pragma once

#include "application.hpp"

#include <quoin/testing/sim_offload.hpp>
#include <quoin/wire/packet/long_header.hpp>

#include <set>

namespace quoin::property {

/// RFC 9000 8.1 at a server's socket: three times what came from an address goes there, until a Handshake packet or a
/// token from there proves it, or an answered challenge.
class amplification_guard {
 public:
  void hear(sim_train const& from) {
    auto const who = text_of(from.path.remote);
    budgets_.hear(who, from.bytes.size());
    sim::datagram const whole{from.path, from.bytes, from.mark};
    if (scenario::contains(whole, event::packet_kind::handshake) || has_token(from.bytes)) proven_.insert(who);
  }
  /// False when it is too much.
  [[nodiscard]] bool say(sim::datagram const& what, bool proven) {
    auto const who = text_of(what.path.remote);
    return budgets_.say(who, what.bytes.size(), proven || proven_.count(who) != 0);
  }

 private:
  static std::string text_of(socket_address const& address) {
    std::string text(address.ip.begin(), address.ip.end());
    return text + std::to_string(address.port);
  }
  static bool has_token(byte_view bytes) {
    if (bytes.empty() || (bytes[0] & 0x80) == 0) return false;
    auto const header = wire::read_long_header(bytes, wire::fixed_bit_rule::may_be_anything);
    return header && header->kind == event::packet_kind::initial && !header->token.empty();
  }

  address_budgets<std::string> budgets_;
  std::set<std::string> proven_;
};

}  // namespace quoin::property
