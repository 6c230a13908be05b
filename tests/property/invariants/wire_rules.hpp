// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-12, INV-13: what every observer of the network can see of datagrams.
#pragma once

#include "checker.hpp"

#include <deque>

namespace quoin::property {

class wire_rules final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void on_datagram(seen_datagram const& datagram) override;

 private:
  struct end {
    std::deque<bool> initials;   ///< Initial packets made for the next datagrams: do they want an answer?
    bool batch_left = false;     ///< datagrams have left since the last packet was made
    bool may_clear_bit = false;  ///< the peer lets it (RFC 9287 3.1)
  };
  std::array<end, 2> ends_;
};

}  // namespace quoin::property
