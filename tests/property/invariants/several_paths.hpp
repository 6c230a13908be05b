// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-07, INV-15, INV-19, INV-23, INV-33 where several paths are used at a time (draft-ietf-quic-multipath).
#pragma once

#include "checker.hpp"

#include <map>
#include <set>

namespace quoin::property {

/// What is true of each path by itself, and of path IDs.
class several_paths final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void on(role side, std::size_t, event::path_updated const& e) override;
  void after_step(seen_step const& step) override;

  /// Packets that have left on other paths than the first.
  [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

 private:
  struct saying;
  struct end {
    std::uint64_t maximum = 0;  ///< the highest path ID that this side has allowed its peer
    std::set<std::uint64_t> abandoned;
    std::set<std::uint32_t> proven{0};  ///< path IDs on which some path was validated
    std::map<std::uint64_t, std::uint64_t> status;
    std::map<std::uint32_t, seen_path> paths;  ///< as last seen
  };
  end& of(role side) { return ends_[index_of(side)]; }

  std::array<end, 2> ends_;
  std::uint64_t packets_ = 0;
};

}  // namespace quoin::property
