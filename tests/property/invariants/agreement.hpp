// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-31, INV-32: both ends mean the same connection, and neither is more than one key update ahead of what has
/// arrived.
#pragma once

#include "checker.hpp"

#include <map>
#include <string>

namespace quoin::property {

class agreement final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void after_step(seen_step const& step) override;

 private:
  /// The first packet number of something, on each path that has one.
  using first_numbers = std::map<std::uint32_t, packet_number>;

  /// The 1-RTT keys of one side.
  struct keys {
    std::uint64_t phase = 0;
    first_numbers first_in_phase;  ///< sent with these keys
    bool arrived = false;          ///< something sealed with them has been acknowledged, on whatever path
    bool confirmed = false;

    void begin(std::uint64_t number) {
      phase = number;
      first_in_phase.clear();
      arrived = false;
    }
    void on_acked(std::uint64_t path, packet_number largest) {
      auto const first = first_in_phase.find(static_cast<std::uint32_t>(path));
      arrived = arrived || (first != first_in_phase.end() && largest >= first->second);
    }
  };

  std::array<keys, 2> keys_;
  std::array<std::string, 2> said_;   ///< transport parameters, encoded
  std::array<std::string, 2> heard_;  ///< of the peer
};

}  // namespace quoin::property
