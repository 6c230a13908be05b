// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `congestion` slot: how many bytes may be in flight.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/claims.hpp>

#include <concepts>

namespace quoin {

/// What a controller learns about the path it is made for.
struct congestion_path {
  byte_count max_datagram_size = 1200;  ///< payload of the largest UDP datagram sent on the path
  duration initial_rtt = std::chrono::milliseconds{333};
};

/// The round-trip times of RFC 9002 5, as they stand when an event is told.
struct rtt_values {
  duration latest{};
  duration min{};
  duration smoothed{};
  duration variation{};
};

/// A packet that counts towards bytes in flight has been handed to the network.
struct congestion_sent {
  instant now;
  packet_number number = 0;  ///< in the application space; in other spaces only its order means something
  byte_count size = 0;
  byte_count bytes_in_flight = 0;  ///< including this packet
};

/// One ACK frame acknowledged packets that were in flight.
struct congestion_acked {
  instant now;
  byte_count bytes = 0;                  ///< newly acknowledged
  instant largest_sent_at;               ///< when the newest of them was sent
  packet_number largest = 0;             ///< its number
  packet_number next_to_send = 0;        ///< the number that the next packet of that space will have
  byte_count bytes_in_flight = 0;        ///< without them
  byte_count prior_bytes_in_flight = 0;  ///< with them
  rtt_values rtt;
  bool rtt_updated = false;          ///< this ACK gave a new RTT sample (RFC 9002 5.1)
  bool application_limited = false;  ///< the window was not filled when they were sent (RFC 9002 7.8)
};

/// Packets were declared lost, all by one event (RFC 9002 6.1).
struct congestion_lost {
  instant now;
  byte_count bytes = 0;
  instant largest_sent_at;             ///< when the newest lost packet was sent
  byte_count bytes_in_flight = 0;      ///< without them
  bool persistent_congestion = false;  ///< RFC 9002 7.6
};

/// The peer reported more packets marked ECN-CE (RFC 9002 7.1).
struct congestion_marked {
  instant now;
  instant largest_sent_at;  ///< when the newest packet that the report acknowledges was sent
  std::uint64_t newly_marked = 0;
};

enum class congestion_feature : unsigned {
  pacing = 1,  ///< has a rate of its own: `pacing_rate()`; without it the pacer uses window over RTT (RFC 9002 7.7)
};

template <class C>
concept congestion_windowed = requires(C const& controller) {
  { controller.window() } noexcept -> std::same_as<byte_count>;
};

template <class C>
concept congestion_informed = requires(C& controller, congestion_sent const& sent, congestion_acked const& acked,
                                       congestion_lost const& lost, congestion_marked const& marked, byte_count size) {
  { controller.on_sent(sent) } noexcept -> std::same_as<void>;
  { controller.on_acked(acked) } noexcept -> std::same_as<void>;
  { controller.on_lost(lost) } noexcept -> std::same_as<void>;
  { controller.on_marked(marked) } noexcept -> std::same_as<void>;
  { controller.on_discarded(size) } noexcept -> std::same_as<void>;
  { controller.on_datagram_size(size) } noexcept -> std::same_as<void>;
};

template <class C>
concept congestion_paced = requires(C const& controller) {
  /// bytes per second; 0 means "no opinion"
  { controller.pacing_rate() } noexcept -> std::same_as<byte_count>;
};

/// Decides how many bytes may be in flight. It is told what happened and asked what may happen; it reads no clock,
/// sends nothing and cannot fail. `window()` is never below two datagrams (RFC 9002 7.2). `on_discarded(bytes)` says
/// that packets left the flight with their keys, neither acknowledged nor lost (RFC 9002 6.4). Models: `new_reno`,
/// `cubic`, `fixed_window`.
template <class C>
concept congestion_controller =
    std::movable<C> && std::constructible_from<C, congestion_path const&> && congestion_windowed<C> &&
    congestion_informed<C> && (!claims<C, congestion_feature::pacing> || congestion_paced<C>);

}  // namespace quoin
