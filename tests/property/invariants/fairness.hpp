// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-39: under a scheduler that shares, no stream that could send waits for more than a few rounds.
#pragma once

#include "checker.hpp"

#include <map>

namespace quoin::property {

class fairness final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  /// Whether the scheduler claims to share; one that obeys urgency may let others starve.
  bool expected = false;

  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void on(role side, std::size_t, event::parameters_set const& e) override;
  void after_step(seen_step const& step) override;

 private:
  struct end {
    std::map<std::uint64_t, byte_count> sent;    ///< highest offset of each stream
    std::map<std::uint64_t, byte_count> credit;  ///< MAX_STREAM_DATA heard
    byte_count initial[3] = {};                  ///< the peer's, for streams of ours, of the peer, unidirectional ones
    struct wait {
      std::uint64_t packets = 0;  ///< with others' data
      byte_count until = 0;       ///< offset up to which there is something to send
    };
    std::map<std::uint64_t, wait> waiting;
  };
  end& of(role side) { return ends_[index_of(side)]; }
  byte_count credit_of(role side, stream_id id);

  std::array<end, 2> ends_;
  new_beginnings beginnings_;
};

}  // namespace quoin::property
