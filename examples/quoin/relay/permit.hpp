// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which addresses clients of the relay may reach.
#pragma once

#include <quoin/http3/connect_udp/public_address.hpp>

#include <string>
#include <vector>

namespace tool::relay {

using quoin::http3::connect_udp::network;

/// "192.0.2.0/24", "2001:db8::/32", or an address by itself; throws `failure` (usage) otherwise.
network parse_network(std::string const& text);

class permit {
 public:
  /// Networks as above, or "public" for all addresses that are neither special nor this machine's own. Throws `failure`
  /// (usage).
  explicit permit(std::vector<std::string> const& names);

  [[nodiscard]] bool allows(quoin::socket_address const& address) const;

 private:
  bool all_public_ = false;
  std::vector<network> networks_;
  std::vector<network> own_;  ///< where we are reached ourselves
};

}  // namespace tool::relay
