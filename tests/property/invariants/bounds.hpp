// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-10, INV-14, INV-15, INV-40, INV-47: nothing grows beyond its cap, no work either, and no datagram is lost from
/// the books.
#pragma once

#include "checker.hpp"

#include <map>
#include <set>

namespace quoin::property {

class bounds final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::packet_dropped const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void on(role side, std::size_t, event::path_updated const& e) override;
  void after_step(seen_step const& step) override;

  /// Packets that did not authenticate, after which a connection must be closed (RFC 9001 6.6).
  std::array<std::uint64_t, 2> forgery_limit{~std::uint64_t{0}, ~std::uint64_t{0}};
  /// 1-RTT packets that one key may seal.
  std::array<std::uint64_t, 2> sealed_limit{~std::uint64_t{0}, ~std::uint64_t{0}};

 private:
  struct end {
    std::map<std::uint32_t, std::set<path_id>> paths{{0, {0}}};  ///< of each path ID
    std::uint64_t looked_at = 0;                                 ///< packets received or dropped
    std::uint64_t forged = 0;
    std::uint64_t phase = 0;
    std::uint64_t sealed = 0;  ///< in this phase; less those of the step in which the peer's update was followed
  };
  static void begin_phase(end& self, std::uint64_t phase);
  end& of(role side) { return ends_[index_of(side)]; }

  std::array<end, 2> ends_;
};

}  // namespace quoin::property
