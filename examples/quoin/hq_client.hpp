// SPDX-License-Identifier: BSL-1.0
/// \file
/// The client's side: many files over one connection, by HTTP/0.9 or HTTP/3, as it was chosen.
#pragma once

#include "failure.hpp"
#include "fetch/exchange.hpp"
#include "hq_request.hpp"
#include "meter.hpp"
#include "part_file.hpp"
#include "port.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tool::hq {

/// One file to fetch.
using job = fetch::order;

class client final : public application {
 public:
  struct settings {
    std::size_t parallel = 100;  ///< streams open at once, as far as the server allows
    bool key_update = false;     ///< change keys once the handshake is confirmed
    bool migrate = false;        ///< go on from another port once the handshake is confirmed
    fetch::plan how{};           ///< over HTTP/3
  };

  /// Fills `shown`, which must outlive it.
  client(std::vector<job> jobs, settings const& how, meter& shown);

  void on_early(port& to) override { fill(to); }
  void on_site(port&, quoin::http3::origin& site) override { site_ = &site; }
  void on_connected(port& to) override;
  void on_data(port& to, quoin::stream_id id, quoin::byte_view bytes, bool fin) override;
  void on_reset(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_stop_sending(port& to, quoin::stream_id id, std::uint64_t code) override;
  void on_streams_available(port& to) override { fill(to); }
  void on_turn(port& to) override;
  void on_closed(port& to, quoin::close_info const& why) override;

  [[nodiscard]] bool connected() const { return connected_at_.has_value(); }
  /// Every file is complete or given up.
  [[nodiscard]] bool all_ended() const { return under_way() == 0 && next_ == jobs_.size(); }
  /// Something is waited for that the network does not tell.
  [[nodiscard]] bool waits() const;
  [[nodiscard]] std::optional<quoin::close_info> const& closed() const { return closed_; }
  /// Forgets a connection that never came to be, so that another address can be tried.
  void forget_attempt() {
    closed_.reset();
    site_ = nullptr;
    active_.clear();
    exchanges_.clear();
    exchanges_under_way_ = 0;
    next_ = 0;
  }
  /// Gives up every file that has not ended; `why` is one sentence for all.
  void abandon();
  [[nodiscard]] std::size_t abandoned() const { return abandoned_; }
  /// One sentence for each file that the server or the disk refused.
  [[nodiscard]] std::vector<problem> const& problems() const { return problems_; }
  /// What other servers have to be asked for.
  [[nodiscard]] std::vector<job> const& moved() const { return moved_; }
  /// Over HTTP/3: one for each request.
  [[nodiscard]] std::vector<fetch::record> records() const;
  /// As of the last file's end, or the connection's.
  [[nodiscard]] quoin::connection_statistics const& statistics() const { return statistics_; }
  /// From the handshake's end to the last file's.
  [[nodiscard]] double seconds() const;

 private:
  struct download {
    std::size_t job;
    std::size_t shown;
    part_file file;
  };
  using table = std::unordered_map<std::uint64_t, download>;

  void fill(port& to);
  [[nodiscard]] std::size_t under_way() const { return active_.size() + exchanges_under_way_; }
  /// Asks for the next file by HTTP/3.
  void ask(port& to);
  void end(port& to, std::size_t shown, fetch::exchange& ended);
  void turn_exchanges();
  void abandon_exchanges();
  void end(port& to, table::iterator entry, problem const& why);

  std::vector<job> jobs_;
  std::vector<std::size_t> shown_;
  settings how_;
  meter& meter_;
  std::size_t next_ = 0;
  table active_;
  std::size_t abandoned_ = 0;
  bool key_update_owed_ = false;
  bool migration_owed_ = false;
  std::optional<std::chrono::steady_clock::time_point> connected_at_;
  std::chrono::steady_clock::time_point ended_at_;
  std::optional<quoin::close_info> closed_;
  quoin::http3::origin* site_ = nullptr;                     ///< where HTTP/3 was chosen
  std::vector<std::unique_ptr<fetch::exchange>> exchanges_;  ///< over HTTP/3; with those that have ended
  std::size_t exchanges_under_way_ = 0;
  std::vector<job> moved_;
  std::vector<problem> problems_;
  quoin::connection_statistics statistics_;
};

}  // namespace tool::hq
