// SPDX-License-Identifier: BSL-1.0
/// \file
/// What tests say about a victim after bad input: it closed in exactly this way, or nothing happened to it.
#pragma once

#include "hostile_peer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace quoin::testing {

/// By how much bad input may make a victim's heap grow: once it has closed, by the reason that it gives; while it goes
/// on, by its records of what came and of what it answered. No datagram fits in the one, no queue in the other.
inline constexpr std::size_t room_of_a_close = 1024;
inline constexpr std::size_t room_of_records = 5 * 1024;

/// The peer and its victim with a stream on which five bytes have arrived and wait to be read: whatever comes next,
/// they must not be lost.
struct scene {
  explicit scene(role peer_role, stage until = stage::confirmed, peer_options options = {})
      : peer(peer_role, until, std::move(options)) {
    has_data = until >= stage::complete;
    if (has_data) {
      data_stream = stream_id{peer.own_stream(stream_direction::bidirectional)};
      peer.send(encryption_level::one_rtt, stream(data_stream.value(), 0, text("early")));
      peer.absorb();
    }
    note_what_is_kept();
    received_before = peer.victim->statistics().packets_received;
    peer.frames.clear();
  }

  /// What the victim keeps by now is where its memory has to stay.
  void note_what_is_kept() {
    held_before = peer.victim->held_bytes();
    open_before = peer.victim->open_streams();
    heap_before = peer.victim.heap_bytes();
  }

  /// The bytes that came before are still there.
  void check_data_kept() {
    CHECK(peer.victim->held_bytes() == held_before);
    CHECK(peer.victim->open_streams() == open_before);
    if (!has_data) return;
    bytes room(16);
    auto const got = peer.victim->read(data_stream, room, peer.now);
    REQUIRE(got);
    room.resize(got->size);
    CHECK(room == text("early"));
  }

  /// The victim closed with this code, blaming this frame type, in packets of exactly these levels.
  void check_closed(error_code code, std::uint64_t frame_type, std::vector<encryption_level> const& levels) {
    peer.absorb();
    REQUIRE(peer.victim->closing());
    REQUIRE(peer.victim->close_reason());
    CHECK(name_of(static_cast<error_code>(peer.victim->close_reason()->code)) == name_of(code));
    CHECK(peer.victim->close_reason()->code == static_cast<std::uint64_t>(code));
    std::vector<encryption_level> seen;
    for (auto const& close : peer.closes) {
      seen.push_back(close.level);
      CHECK_FALSE(close.application);
      CHECK(close.code == static_cast<std::uint64_t>(code));
      CHECK(close.frame_type == frame_type);
      CHECK_FALSE(close.reason.empty());
    }
    CHECK(seen == levels);
    CHECK(peer.victim.heap_bytes() <= heap_before + room_of_a_close);
    check_data_kept();
  }

  void check_closed(error_code code, std::uint64_t frame_type) {
    check_closed(code, frame_type, {encryption_level::one_rtt});
  }

  /// The victim goes on as if nothing had come; with `dropped`, not even a packet was taken.
  void check_ignored(bool dropped = true) {
    peer.absorb();
    CHECK_FALSE(peer.victim->closing());
    CHECK(peer.closes.empty());
    if (dropped) CHECK(peer.victim->statistics().packets_received == received_before);
    CHECK(peer.victim->held_bytes() == held_before);
    CHECK(peer.victim->open_streams() == open_before);
    CHECK(peer.victim.heap_bytes() <= heap_before + room_of_records);
    if (!has_data) return;
    peer.send(encryption_level::one_rtt, stream(data_stream.value(), 5, text(" and late")));
    bytes room(32);
    auto const got = peer.victim->read(data_stream, room, peer.now);
    REQUIRE(got);
    room.resize(got->size);
    CHECK(room == text("early and late"));
  }

  hostile_peer peer;
  bool has_data = false;
  stream_id data_stream;
  byte_count held_before = 0;
  std::size_t heap_before = 0;
  std::size_t open_before = 0;
  std::uint64_t received_before = 0;
};

/// Both roles that a hostile peer can have.
inline constexpr std::array both_roles{role::client, role::server};

inline char const* name_of_role(role r) {
  return r == role::client ? "client" : "server";
}

}  // namespace quoin::testing
