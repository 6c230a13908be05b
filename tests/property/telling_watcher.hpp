// SPDX-License-Identifier: BSL-1.0
/// \file
/// A watcher that handles all events alike.
#pragma once

#include "world/world.hpp"

namespace quoin::property {

/// Calls `tell(side, n, event)` of `Teller`, whose base it is, for every event but the beginning of a connection.
template <class Teller>
class telling_watcher : public scenario::watcher {
 public:
  using watcher::on;
  void on(role side, std::size_t n, event::packet_sent const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::packet_received const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::packet_dropped const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::packet_lost const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::metrics_updated const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::parameters_set const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::path_updated const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::mtu_updated const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::key_updated const& e) override { told(side, n, e); }
  void on(role side, std::size_t n, event::connection_closed const& e) override { told(side, n, e); }

 private:
  void told(role side, std::size_t n, auto const& e) { static_cast<Teller&>(*this).tell(side, n, e); }
};

}  // namespace quoin::property
