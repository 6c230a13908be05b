// SPDX-License-Identifier: BSL-1.0
/// \file
/// What checkers of invariants are told, and where they complain.
#pragma once

#include "world/world.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::property {

/// What went wrong, each kind of it once, and no more kinds than anybody wants to read.
class complaints {
 public:
  void check(bool holds, role side, instant at, std::string_view sentence, std::uint64_t number = 0) {
    constexpr std::size_t readable = 4'000;
    if (holds || text_.size() > readable) return;
    auto const kind = sentence.substr(0, sentence.find(':'));
    if (!known_.insert(std::string{kind} + (side == role::client ? 'c' : 's')).second) return;
    text_ += side == role::client ? "client at " : "server at ";
    text_ += std::to_string((at - instant{}).count() / 1000) + " us: ";
    text_ += sentence;
    text_ += " (" + std::to_string(number) + ")\n";
  }
  [[nodiscard]] std::string const& text() const noexcept { return text_; }

 private:
  std::set<std::string> known_;  ///< the sentences up to a colon, with the side
  std::string text_;
};

/// One of several paths, as its end says that it stands.
struct seen_path {
  std::uint32_t id = 0;
  bool open = false;
  bool silent = false;  ///< what was sent last is not answered
  byte_count congestion_window = 0;
  byte_count bytes_in_flight = 0;
  rtt_values rtt;
  bool abandoned = false;  ///< the peer may not know yet
};

/// One end of the connection as it stands when everything that was due is done.
struct seen_end {
  bool gone = false;
  bool closing = false;
  bool connected = false;
  bool confirmed = false;
  bool told_after_closed = false;  ///< the application was told something behind the end
  connection_statistics stats;
  std::vector<seen_path> paths;  ///< where several may be used
  instant deadline = never;
  byte_count held_bytes = 0;
  byte_count held_bytes_most = 0;  ///< what the settings allow
  std::size_t open_streams = 0;
  std::size_t connection_ids = 0;
  std::uint64_t arrived = 0;  ///< datagrams at its host so far
  std::string alpn;
  version spoken = version::negotiation;
  std::vector<std::pair<std::uint64_t, byte_count>> unsent;  ///< streams with bytes that never left, where it matters
};

/// Both ends, and the network between them.
struct seen_step {
  instant now;
  std::array<seen_end, 2> ends;
  sim::census network;
  unsigned most_turns = 0;
  instant world_deadline = never;

  [[nodiscard]] seen_end const& of(role side) const { return ends[index_of(side)]; }
};

/// A datagram as it leaves a host.
struct seen_datagram {
  role from = role::client;
  instant now;
  byte_view bytes;
  socket_address local{};  ///< its host's own, where no NAT has changed it yet
};

constexpr packet_space space_of_kind(event::packet_kind kind) {
  if (kind == event::packet_kind::initial) return packet_space::initial;
  return kind == event::packet_kind::handshake ? packet_space::handshake : packet_space::application;
}

/// Whether it is a packet of one of the three spaces.
constexpr bool has_number(event::packet_kind kind) {
  return kind == event::packet_kind::initial || kind == event::packet_kind::handshake ||
         kind == event::packet_kind::zero_rtt || kind == event::packet_kind::one_rtt;
}

/// Finds out when what a client has said counts for nothing any more, and its streams begin anew.
class new_beginnings {
 public:
  /// Whether a client has just been told to begin in another version (RFC 9000 6.2).
  static bool another_version(event::packet_received const& e) {
    return e.kind == event::packet_kind::version_negotiation;
  }
  /// Whether a client has just learnt that its early data was rejected (RFC 9001 4.6.2): its keys go, and the server
  /// has made none.
  bool rejected(role side, event::key_updated const& e) {
    if (e.level != encryption_level::early_data) return false;
    if (side == role::server) server_accepts_ = server_accepts_ || !e.discarded;
    return side == role::client && e.discarded && !server_accepts_;
  }

 private:
  bool server_accepts_ = false;
};

/// Looks at one client and one server and complains about what must not be. A server's connection that nothing
/// authentic reached comes and goes without a packet, so whose they are need not be told apart.
class checker : public scenario::watcher {
 public:
  explicit checker(complaints& to) : to_(to) {}

  /// Everything that was due is done.
  virtual void after_step(seen_step const&) {}
  virtual void on_datagram(seen_datagram const&) {}
  /// Nothing is in flight and nothing is left to say.
  virtual void at_rest(seen_step const&) {}
  /// Both ends are gone and forgotten.
  virtual void at_end(seen_step const&) {}

 protected:
  void check(bool holds, role side, instant at, std::string_view sentence, std::uint64_t number = 0) {
    to_.check(holds, side, at, sentence, number);
  }
  [[nodiscard]] complaints& to() noexcept { return to_; }

 private:
  complaints& to_;
};

inline constexpr std::array both_sides{role::client, role::server};

}  // namespace quoin::property
