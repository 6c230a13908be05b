// SPDX-License-Identifier: BSL-1.0
/// \file
/// The network of two ends whose sockets are `basic_udp` over the simulated kernel of the thread.
#pragma once

#include "ends_options.hpp"
#include "simulated_kernel.hpp"

#include <quoin/io/udp.hpp>

namespace quoin::testing {

/// Time is the test's, so nobody sleeps.
class kernel_io : public basic_udp<simulated_calls> {
 public:
  using basic_udp::basic_udp;
  void wait(duration) noexcept {}
  [[nodiscard]] static std::uint64_t sends() noexcept { return simulated_kernel::current().carried; }
};

/// What joins two ends.
class kernel_network {
 public:
  explicit kernel_network(ends_options const& options) {
    kernel().on_the_way = {options.client_faults, options.server_faults};
    rebind(address_of_end(role::client));
  }

  static udp_config config(role side) {
    udp_config made;
    made.bind = address_of_end(side);
    return made;
  }
  static void enter(role side) { kernel().acting = side; }
  static void rebind(socket_address const& seen_as) {
    kernel().inside = address_of_end(role::client);
    kernel().outside = seen_as;
  }
  /// Whether nothing of a side's leaves, so that it has to wait.
  static bool blocks(role side) {
    auto const& failing = kernel().failing;
    return failing && kernel().failed && failing->for_good && failing->which == system_call::send &&
           failing->side == side && failing->error != fills_up &&
           quoin::detail::status_of(failing->error) == send_status::would_block;
  }
  /// Whether nothing that arrives at a side can be read, and a wait for it would end at once all the same.
  static bool spins(role side) {
    auto const& failing = kernel().failing;
    return failing && kernel().failed && failing->for_good && failing->which == system_call::receive &&
           failing->side == side && kernel().wakes(side);
  }
  static bool holds_arrivals() { return kernel().holds_arrivals(); }
  static simulated_kernel& kernel() { return simulated_kernel::current(); }
};

}  // namespace quoin::testing
