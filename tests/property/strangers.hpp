// SPDX-License-Identifier: BSL-1.0
/// \file
/// People who have nothing to do with a connection and send to its ends all the same.
#pragma once

#include "world/world.hpp"

#include <quoin/sim/random.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace quoin::property {

/// Sends garbage and pieces of what it overheard from an address of its own, and counts what comes back (INV-44).
class strangers {
 public:
  explicit strangers(scenario::world& in) : world_(in) {
    in.network().bind(in.host(role::client), address(),
                      [this](sim::datagram&& d) { answers_.push_back(d.bytes.size()); });
  }
  strangers(strangers const&) = delete;
  strangers& operator=(strangers const&) = delete;

  static socket_address address() { return socket_address::v4(10, 9, 0, 1, 999); }
  static bool are(socket_address const& address) { return address == strangers::address(); }

  /// Remembers a datagram of the client's that is no invitation to begin another connection.
  void overhear(sim::datagram const& d) {
    if (heard_.size() < 50 && !d.bytes.empty() && (d.bytes[0] & 0x80) == 0) heard_.push_back(d.bytes);
  }

  /// One more datagram.
  void annoy(sim::random& chance) {
    std::vector<std::uint8_t> bytes;
    if (!heard_.empty() && chance.chance(0.5)) {
      bytes = heard_[chance.below(heard_.size())];
      // A whole one could arrive before the original, and the server would follow it (RFC 9000 9.3.3).
      if (bytes.size() > 1) bytes.resize(1 + chance.below(bytes.size() - 1));
    } else {
      bytes.resize(1 + chance.below(1'400));
      for (auto& byte : bytes) byte = static_cast<std::uint8_t>(chance.next());
    }
    sent_.push_back(bytes.size());
    world_.forge(role::client, address(), scenario::world::server_address(), std::move(bytes));
  }

  /// What is wrong with the answers. They may be stateless resets, which are smaller than what they answer, or lists of
  /// versions, which a full-sized datagram asks for.
  [[nodiscard]] std::string problem() const {
    if (answers_.size() > sent_.size() * copies(world_.uplink()) * copies(world_.downlink()))
      return "INV-44 strangers get more answers than they sent datagrams";
    auto const largest = sent_.empty() ? 0 : *std::max_element(sent_.begin(), sent_.end());
    for (auto const size : answers_)
      if (size >= largest) return "INV-44 a stranger gets as much as it sent";
    return {};
  }

 private:
  /// As often a link may deliver what it is given once.
  static std::size_t copies(sim::link const& of) { return of.settings.duplication > 0 ? 2 : 1; }

  scenario::world& world_;
  std::vector<std::vector<std::uint8_t>> heard_;
  std::vector<std::size_t> sent_;
  std::vector<std::size_t> answers_;
};

}  // namespace quoin::property
