// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a world needs of a stack, as virtual calls: the seam between tests and templates.
#pragma once

#include "world.hpp"

namespace quoin::scenario {

/// Where the observers of all connections report to.
class reporter {
 public:
  virtual ~reporter() = default;
  virtual void on(role, std::size_t, event::connection_started const&) = 0;
  virtual void on(role, std::size_t, event::packet_sent const&) = 0;
  virtual void on(role, std::size_t, event::packet_received const&) = 0;
  virtual void on(role, std::size_t, event::packet_dropped const&) = 0;
  virtual void on(role, std::size_t, event::packet_lost const&) = 0;
  virtual void on(role, std::size_t, event::metrics_updated const&) = 0;
  virtual void on(role, std::size_t, event::parameters_set const&) = 0;
  virtual void on(role, std::size_t, event::path_updated const&) = 0;
  virtual void on(role, std::size_t, event::mtu_updated const&) = 0;
  virtual void on(role, std::size_t, event::key_updated const&) = 0;
  virtual void on(role, std::size_t, event::connection_closed const&) = 0;
};

/// Two endpoints of one stack.
class backend {
 public:
  virtual ~backend() = default;
  virtual sim::network& network() = 0;
  virtual sim::link& uplink() = 0;
  virtual sim::link& downlink() = 0;
  virtual sim::host_id host(role side) const = 0;
  virtual std::string const& trace() const = 0;
  virtual void connect(std::string name, bool early_data) = 0;
  virtual void restart_server() = 0;
  /// What the server is made from the next time.
  virtual void change_server(world_options const& to) = 0;
  virtual socket_address open_local(role side, socket_address const& address) = 0;
  virtual void close_local(role side, socket_address const& address) = 0;
  virtual void take_down(role side, socket_address const& local) = 0;
  virtual void set_interface_mtu(role side, std::size_t mtu) = 0;
  virtual void set_offload(role side, sim_offload const& offload) = 0;
  virtual void stop_clock(role side, duration span, bool catches_up) = 0;
  virtual void step_clock(role side, duration by) = 0;
  virtual std::size_t alive(role side) const = 0;
  virtual instant deadline() const = 0;
  /// Serves what is due now; moves no time.
  virtual void serve_due() = 0;
  /// Finds out which connections came and went.
  virtual void look_around() = 0;

  std::vector<std::unique_ptr<party>> parties[2];
  unsigned most_turns = 0;  ///< that an endpoint took for what was due at one moment
  std::string qlog_folder;
  reporter* report = nullptr;
};

std::unique_ptr<backend> make_plain(world_options const& options, reporter& to);
std::unique_ptr<backend> make_strict(world_options const& options, reporter& to);
std::unique_ptr<backend> make_modelling(world_options const& options, reporter& to);
std::unique_ptr<backend> make_scalable(world_options const& options, reporter& to);
std::unique_ptr<backend> make_first_in(world_options const& options, reporter& to);
std::unique_ptr<backend> make_logged(world_options const& options, reporter& to);
std::unique_ptr<backend> make_botan(world_options const& options, reporter& to);

}  // namespace quoin::scenario
