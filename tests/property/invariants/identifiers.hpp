// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-23, INV-24: connection IDs are used until they are retired and no longer, and nobody has too many.
#pragma once

#include "checker.hpp"

#include <quoin/wire/frame/connection_id.hpp>

#include <map>
#include <set>

namespace quoin::property {

class identifiers final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void on_datagram(seen_datagram const& datagram) override;

 private:
  /// What one side knows of the IDs that its peer issued, and the peer of those that it gave back.
  struct end {
    std::map<std::uint64_t, connection_id> known;  ///< by sequence number
    std::set<std::uint64_t> retired;               ///< said
    std::set<std::string> retired_ids;
    std::map<std::string, socket_address> used_from;
    std::set<std::uint64_t> issued{0};
    std::map<std::uint64_t, wire::new_connection_id_frame> said;  ///< what was issued, by sequence number
    std::map<std::string, std::uint64_t> number_of;               ///< of each ID that was issued
    std::set<std::uint64_t> given_back;                           ///< heard from the peer
    std::uint64_t limit = 2;  ///< active_connection_id_limit that this side announced
  };
  end& of(role side) { return ends_[index_of(side)]; }
  void check_issued(role side, std::uint64_t sequence, instant now);
  void check_same(role side, wire::new_connection_id_frame const& frame, instant now);

  std::array<end, 2> ends_;
};

}  // namespace quoin::property
