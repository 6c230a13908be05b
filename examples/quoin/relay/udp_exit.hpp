// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sockets by which tunnels for UDP leave the machine, for one thread.
#pragma once

#include "../descriptor.hpp"
#include "resolver.hpp"

#include <quoin/core/time.hpp>

#include <chrono>
#include <memory>
#include <unordered_map>
#include <vector>

namespace tool::relay {

class udp_exit {
 public:
  /// Sockets without traffic are closed after `idle`, for which RFC 9298 3.1 wants two minutes at least. Throws
  /// `failure`.
  explicit udp_exit(std::chrono::steady_clock::duration idle = std::chrono::minutes{5});
  ~udp_exit();
  udp_exit(udp_exit const&) = delete;
  udp_exit& operator=(udp_exit const&) = delete;

  /// For a proxy, which must not outlive it.
  quoin::http3::connect_udp::relay callables();

  /// Readable when there is something for `service`.
  [[nodiscard]] int handle() const { return poll_.get(); }
  /// Takes what came from targets, and names that were found.
  void service();
  /// Closes what has had no traffic for too long, and what is of no use any more.
  void expire();
  [[nodiscard]] std::size_t sockets() const { return lines_.size(); }

 private:
  struct line;
  using opened = quoin::basic_result<quoin::http3::connect_udp::flow, quoin::http3::connect_udp::relay_error>;

  opened open(quoin::socket_address const& to, quoin::http3::connect_udp::tunnel& tunnel);
  void read(line& from);
  void forget(line* gone);

  descriptor poll_;
  descriptor wake_;
  std::chrono::steady_clock::duration idle_;
  std::unordered_map<line*, std::unique_ptr<line>> lines_;
  std::vector<std::unique_ptr<line>> forgotten_;  ///< while events may still name them
  std::vector<std::uint8_t> room_;
  resolver names_;
};

}  // namespace tool::relay
