// SPDX-License-Identifier: BSL-1.0
/// \file
/// 0-RTT packets that overtook the Initial of their connection: they wait for it a moment (RFC 9000 5.2.2).
#pragma once

#include <quoin/core/connection_id.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/policy/io.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace quoin {

/// Holds datagrams of a few strangers within the caps of core/limits.hpp. What does not fit, or waits too long, is
/// dropped: the client says it again.
class early_arrivals {
 public:
  /// False when there is no room.
  bool hold(connection_id const& destination, arrival const& from, instant at) {
    forget_before(at - limits::early_wait);
    auto* waiting = find(destination, from.path);
    if (waiting == nullptr) {
      if (clients_.size() == limits::early_clients) return false;
      waiting = &clients_.emplace_back(client{destination, from.path, at, 0, {}});
    }
    if (waiting->datagrams.size() == limits::early_packets ||
        waiting->size + from.bytes.size() > limits::early_bytes)
      return false;
    waiting->size += from.bytes.size();
    waiting->datagrams.push_back({{from.bytes.begin(), from.bytes.end()}, from.mark});
    return true;
  }

  /// The Initial has come: calls `deliver(arrival)` for what has been waiting for it.
  template <class Deliver>
  void release(connection_id const& destination, network_path const& path, instant at, Deliver&& deliver) {
    forget_before(at - limits::early_wait);
    auto* const waiting = find(destination, path);
    if (waiting == nullptr) return;
    auto const datagrams = std::exchange(waiting->datagrams, {});
    clients_.erase(clients_.begin() + (waiting - clients_.data()));
    for (auto held : datagrams) deliver(arrival{path, held.bytes, held.bytes.size(), held.mark});
  }

  [[nodiscard]] std::size_t clients() const noexcept { return clients_.size(); }

 private:
  struct datagram {
    std::vector<std::uint8_t> bytes;
    ecn mark = ecn::not_ect;
  };
  struct client {
    connection_id destination;
    network_path path;
    instant since;
    byte_count size = 0;
    std::vector<datagram> datagrams;
  };

  client* find(connection_id const& destination, network_path const& path) {
    auto const found = std::find_if(clients_.begin(), clients_.end(), [&](client const& c) {
      return c.destination == destination && c.path.remote == path.remote;
    });
    return found == clients_.end() ? nullptr : &*found;
  }

  void forget_before(instant at) {
    std::erase_if(clients_, [&](client const& c) { return c.since < at; });
  }

  std::vector<client> clients_;
};

}  // namespace quoin
