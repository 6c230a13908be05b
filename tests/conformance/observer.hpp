// SPDX-License-Identifier: BSL-1.0
/// \file
/// What every model of `connection_observer` must bear: all events, with ordinary and extreme values, in any order.
#pragma once

#include <quoin/policy/observer.hpp>

#include <array>
#include <limits>
#include <vector>

namespace quoin::conformance {

/// Calls `tell(event)` with the events of a short, plausible connection, seen by a client.
template <class Tell>
void tell_plausible_connection(Tell&& tell) {
  using namespace std::chrono_literals;
  auto const at = [](duration since) { return instant{5s} + since; };
  constexpr std::array<std::uint8_t, 4> parameters{0x04, 0x02, 0x40, 0x64};  // initial_max_data = 100
  constexpr std::array<std::uint8_t, 6> ping_and_padding{0x01, 0, 0, 0, 0, 0};
  std::array<std::uint8_t, 8> const id{1, 2, 3, 4, 5, 6, 7, 8};
  network_path const path{socket_address::v4(10, 0, 0, 1, 5000), socket_address::v4(10, 0, 0, 2, 443)};
  auto const cid = *connection_id::from(id);

  tell(event::connection_started{at(0ms), role::client, path, cid, cid, cid, version::v1});
  tell(event::key_updated{at(0ms), encryption_level::initial, 0, false, false});
  tell(event::key_updated{at(0ms), encryption_level::initial, 0, false, true});
  tell(event::parameters_set{at(0ms), true, parameters});
  tell(event::packet_sent{at(1ms), event::packet_kind::initial, 0, 1200, ping_and_padding, ecn::ect0});
  tell(event::packet_received{at(11ms), event::packet_kind::initial, 0, 1200, ping_and_padding, ecn::not_ect});
  tell(event::packet_received{at(11ms), event::packet_kind::one_rtt, 1, 40, ping_and_padding, ecn::ce});
  tell(event::metrics_updated{at(11ms), 10ms, 10ms, 10ms, 5ms, 12000, 1200, 0});
  tell(event::packet_dropped{at(12ms), event::packet_kind::one_rtt, event::drop_reason::duplicate, 40});
  tell(event::packet_lost{at(13ms), packet_space::application, 7, 1200, event::loss_trigger::time_threshold});
  tell(event::key_updated{at(14ms), encryption_level::initial, 0, true, false});
  tell(event::path_updated{at(19ms), 1, {}, event::path_step::validated});
  tell(event::mtu_updated{at(19ms), 1, 1200, 1452, true});
  tell(event::connection_closed{at(20ms), event::close_origin::peer, false, 0x0a, 6, "bad frame"});
}

/// Calls `tell(event)` with values at the ends of their ranges and with bytes that mean nothing.
template <class Tell>
void tell_extremes(Tell&& tell) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::uint8_t> const garbage(65527, 0xff);
  std::vector<std::uint8_t> const pings(65527, 0x01);
  for (auto const now : {instant{}, never, instant::min()}) {
    for (int kind = 0; kind <= static_cast<int>(event::packet_kind::unknown); ++kind) {
      auto const packet = static_cast<event::packet_kind>(kind);
      tell(event::packet_sent{now, packet, most, most, {}, ecn::ce});
      tell(event::packet_sent{now, packet, 0, 0, garbage, ecn::ect1});
      tell(event::packet_received{now, packet, packet_number_max, 65527, pings, ecn::ect0});
      for (int why = 0; why <= static_cast<int>(event::drop_reason::buffer_full); ++why)
        tell(event::packet_dropped{now, packet, static_cast<event::drop_reason>(why), most});
    }
    for (int origin = 0; origin <= static_cast<int>(event::close_origin::handshake_timeout); ++origin)
      for (bool const application : {false, true})
        for (std::uint64_t const code : {std::uint64_t{0}, std::uint64_t{0x12f}, most})
          tell(event::connection_closed{now, static_cast<event::close_origin>(origin), application, code, most,
                                        "\xff\xfe \" \\ \n \x1e not text"});
    for (bool const local : {false, true}) {
      tell(event::parameters_set{now, local, {}});
      tell(event::parameters_set{now, local, garbage});
    }
    for (auto const space : all_spaces)
      tell(event::packet_lost{now, space, most, most, event::loss_trigger::packet_threshold});
    for (int level = 0; level < static_cast<int>(encryption_level_count); ++level)
      for (bool const discarded : {false, true})
        for (bool const remote : {false, true})
          tell(event::key_updated{now, static_cast<encryption_level>(level), most, discarded, remote});
    tell(event::metrics_updated{now, duration::max(), duration::min(), duration::max(), duration::min(), most, most,
                                ~0U, most});
    tell(event::connection_started{});
  }
}

/// The whole suite for one observer: it must take everything, and be movable between tellings.
template <connection_observer Observer>
void check_observer(Observer observer) {
  auto const tell = [&](auto const& event) { observer.on(event); };
  tell_plausible_connection(tell);
  tell_extremes(tell);
  Observer moved{std::move(observer)};
  tell_plausible_connection([&](auto const& event) { moved.on(event); });
}

}  // namespace quoin::conformance
