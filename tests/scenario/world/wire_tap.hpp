// SPDX-License-Identifier: BSL-1.0
/// \file
/// What somebody on the network sees of a world's datagrams: addresses, sizes, connection IDs of short headers.
#pragma once

#include "world.hpp"

#include <map>
#include <set>

namespace quoin::scenario {

struct tapped {
  bool up = false;  ///< from the client's host
  duration at{};
  network_path path;  ///< as the sender's side of the network shows it
  std::size_t size = 0;
  std::string destination;  ///< the connection ID, where the header is short
};

/// Listens on both links from when it is made. A link's own script is replaced.
class wire_tap {
 public:
  explicit wire_tap(world& of) : world_(of) {
    listen(of.uplink(), true);
    listen(of.downlink(), false);
  }

  std::vector<tapped> all;

  /// Bytes towards, or from, an address.
  [[nodiscard]] std::size_t bytes_to(socket_address const& address) const {
    return sum([&](tapped const& d) { return d.path.remote == address; });
  }
  [[nodiscard]] std::size_t bytes_from(socket_address const& address) const {
    return sum([&](tapped const& d) { return d.path.local == address; });
  }

  /// The connection IDs with which a side's host addressed each path.
  [[nodiscard]] std::map<std::string, std::set<std::pair<std::uint16_t, std::uint16_t>>> ports_by_id(bool up) const {
    std::map<std::string, std::set<std::pair<std::uint16_t, std::uint16_t>>> found;
    for (auto const& d : all)
      if (d.up == up && !d.destination.empty()) found[d.destination].insert({d.path.local.port, d.path.remote.port});
    return found;
  }

 private:
  template <class Predicate>
  [[nodiscard]] std::size_t sum(Predicate which) const {
    std::size_t total = 0;
    for (auto const& d : all) total += which(d) ? d.size : 0;
    return total;
  }

  void listen(sim::link& link, bool up) {
    link.on_each([this, up](sim::datagram& d, std::uint64_t) -> sim::verdict {
      auto& seen = all.emplace_back();
      seen.up = up;
      seen.at = world_.now();
      seen.path = d.path;
      seen.size = d.bytes.size();
      if (d.bytes.size() > 9 && (d.bytes[0] & 0x80) == 0)
        seen.destination.assign(d.bytes.begin() + 1, d.bytes.begin() + 9);
      return {};
    });
  }

  world& world_;
};

}  // namespace quoin::scenario
