// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-02, INV-21, INV-22: a model of what the peer must have heard. What is said again is said in the same bytes, what
/// is lost is said again or overtaken, and what must not be repeated is not.
#pragma once

#include "checker.hpp"

#include <quoin/wire/extension_frames.hpp>

#include <map>
#include <set>

namespace quoin::property {

class delivery final : public checker {
 public:
  using checker::checker;
  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override;
  void on(role side, std::size_t, event::packet_received const& e) override;
  void on(role side, std::size_t, event::key_updated const& e) override;
  void at_rest(seen_step const& step) override;

 private:
  /// Bytes at offsets, as they were first said, and which of them were heard.
  class bytes {
   public:
    /// False when bytes were said before and are others now.
    bool say(std::uint64_t offset, byte_view data);
    /// False when they are not those that were said.
    bool hear(std::uint64_t offset, byte_view data);
    /// The first offset said and not heard.
    [[nodiscard]] std::optional<std::uint64_t> missing() const;

   private:
    static constexpr std::uint16_t is_said = 0x100;
    static constexpr std::uint16_t is_heard = 0x200;
    std::vector<std::uint16_t> known_;
  };

  struct stream {
    bytes data;
    bool end_said = false;
    bool end_heard = false;
    bool reset_said = false;
    bool reset_heard = false;
    [[nodiscard]] bool over_for_receiver() const { return reset_heard || (end_heard && !data.missing()); }
  };
  /// Numbers of which only the highest counts.
  struct limit {
    std::uint64_t said = 0;
    std::uint64_t heard = 0;
  };
  template <auto Which>
  struct told;
  struct saying;
  struct hearing;

  /// What one side says.
  struct end {
    std::map<std::uint64_t, stream> streams;
    std::array<bytes, packet_space_count> crypto;
    std::map<std::string, limit> limits;
    std::map<std::uint64_t, limit> stream_limits;
    std::set<std::string> owed;  ///< said, and to be heard once
    std::set<std::string> heard;
    std::map<std::uint64_t, bool> stops;  ///< heard?
    std::map<std::array<std::uint8_t, 8>, int> responses_due;
    std::set<std::array<std::uint8_t, 8>> challenges;
    std::set<std::string> datagrams;
  };
  end& of(role side) { return ends_[index_of(side)]; }
  void check_streams(role side, instant now);
  void check_control(role side, instant now);

  std::array<end, 2> ends_;
  new_beginnings beginnings_;
};

}  // namespace quoin::property
