// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `congestion` slot: how many bytes may be in flight.
#pragma once

#include <quoin/core/time.hpp>
#include <quoin/core/types.hpp>
#include <quoin/policy/claims.hpp>

#include <concepts>
#include <type_traits>

namespace quoin {

/// What a controller learns about the path it is made for.
struct congestion_path {
  byte_count max_datagram_size = 1200;  ///< payload of the largest UDP datagram sent on the path
  duration initial_rtt = std::chrono::milliseconds{333};
  std::uint64_t seed = 0;  ///< unpredictable for a controller that claims `randomness`, else 0
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
  std::uint64_t packets = 0;             ///< newly acknowledged, with those that were not in flight
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

/// What became of one packet of the flight, for a controller that claims `packet_state`.
struct congestion_packet {
  instant now;
  instant sent_at;
  packet_number number = 0;
  byte_count size = 0;
  bool late = false;  ///< it arrived after all: it had been declared lost before
};

enum class congestion_feature : unsigned {
  pacing = 1,        ///< has a rate of its own: `pacing_rate()`; without it the pacer uses window over RTT (RFC 9002 7.7)
  packet_state = 2,  ///< wants a `packet_state` kept with each packet, and to be told of the fate of each
  application_limits = 4,  ///< wants to be told when the sender has run out of data
  send_quantum = 8,        ///< says how many bytes may leave in one burst
  l4s_marks = 16,          ///< answers marks as RFC 9331 demands: packets are sent with ECT(1) instead of ECT(0)
  randomness = 32,         ///< wants `congestion_path::seed` to be unpredictable
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

template <class C>
concept congestion_packet_following = requires(C& controller, congestion_sent const& sent,
                                               congestion_packet const& packet, typename C::packet_state& state,
                                               typename C::packet_state const& kept) {
  requires std::is_trivially_copyable_v<typename C::packet_state>;
  requires std::default_initializable<typename C::packet_state>;
  /// after `on_sent`
  { controller.on_packet_sent(sent, state) } noexcept -> std::same_as<void>;
  /// before `on_marked`, `on_lost` and `on_acked` of the same ACK, for each packet
  { controller.on_packet_acked(packet, kept) } noexcept -> std::same_as<void>;
  /// before `on_lost`, for each packet
  { controller.on_packet_lost(packet, kept) } noexcept -> std::same_as<void>;
};

template <class C>
concept congestion_limit_told = requires(C& controller, byte_count in_flight) {
  /// the window and pacing would let more go than there is to send
  { controller.on_application_limited(in_flight) } noexcept -> std::same_as<void>;
};

template <class C>
concept congestion_quantized = requires(C const& controller) {
  /// bytes that may leave in one burst
  { controller.send_quantum() } noexcept -> std::same_as<byte_count>;
};

/// Decides how many bytes may be in flight. It is told what happened and asked what may happen; it reads no clock,
/// sends nothing and cannot fail. `window()` is never below two datagrams (RFC 9002 7.2). `on_discarded(bytes)` says
/// that packets left the flight with their keys, neither acknowledged nor lost (RFC 9002 6.4). Models: `cubic`,
/// `new_reno`, `bbr`, `prague`, any `loss_based`, `fixed_window`.
template <class C>
concept congestion_controller =
    std::movable<C> && std::constructible_from<C, congestion_path const&> && congestion_windowed<C> &&
    congestion_informed<C> && (!claims<C, congestion_feature::pacing> || congestion_paced<C>) &&
    (!claims<C, congestion_feature::packet_state> || congestion_packet_following<C>) &&
    (!claims<C, congestion_feature::application_limits> || congestion_limit_told<C>) &&
    (!claims<C, congestion_feature::send_quantum> || congestion_quantized<C>);

/// What the ledger keeps of each packet for controllers that claim nothing: no byte.
struct no_packet_state {};

namespace detail {
template <class C>
struct packet_state_of {
  using type = no_packet_state;
};
template <class C>
requires claims<C, congestion_feature::packet_state>
struct packet_state_of<C> {
  using type = typename C::packet_state;
};
}  // namespace detail

/// What the ledger keeps of each packet for the controller `C`.
template <class C>
using packet_state_of = typename detail::packet_state_of<C>::type;

/// The mark of packets that may be marked by the network, as the controller `C` answers marks (RFC 9331 4.1).
template <class C>
inline constexpr ecn ecn_mark_of = claims<C, congestion_feature::l4s_marks> ? ecn::ect1 : ecn::ect0;

}  // namespace quoin
