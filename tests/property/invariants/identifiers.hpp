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
  /// The path ID that a connection ID is for, and its sequence number; the first is 0 unless several paths are used.
  using name = std::pair<std::uint32_t, std::uint64_t>;
  /// What one side knows of the IDs that its peer issued, and the peer of those that it gave back.
  struct end {
    std::map<name, connection_id> known;
    std::set<name> retired;  ///< said
    std::set<std::string> retired_ids;
    std::map<std::string, socket_address> used_from;
    std::set<name> issued{{0, 0}};
    std::map<name, wire::new_connection_id_frame> said;  ///< what was issued
    std::map<std::string, name> number_of;               ///< of each ID that was issued
    std::set<name> given_back;                           ///< heard from the peer
    std::uint64_t limit = 2;                             ///< active_connection_id_limit that this side announced
  };
  end& of(role side) { return ends_[index_of(side)]; }
  void check_issued(role side, name issued, instant now);
  void check_same(role side, name issued, wire::new_connection_id_frame const& frame, instant now);
  void check_kept(role side, name known, connection_id const& id, instant now);
  void retire(role side, name retired);
  void abandon(role side, std::uint32_t path);

  std::array<end, 2> ends_;
};

}  // namespace quoin::property
