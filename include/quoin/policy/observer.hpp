// SPDX-License-Identifier: BSL-1.0
/// \file
/// The `observer` slot: who is told what happened.
#pragma once

#include <quoin/event/events.hpp>

#include <concepts>

namespace quoin {

/// Is told of every event in `quoin/event/events.hpp` by `observer.on(event)`, in the order in which they happened.
/// `O::enabled == false` compiles every call away, and with it the work of making the event.
/// An observer changes nothing and must not call back into the connection.
/// Models: `null_observer`, `counting_observer`, `tee<...>`, `log_observer<...>`, `qlog_observer`.
template <class O>
concept connection_observer = requires(O& observer) {
  { O::enabled } -> std::convertible_to<bool>;
  requires requires(event::connection_started const& e) {
    observer.on(e);
  };
  requires requires(event::packet_sent const& e) {
    observer.on(e);
  };
  requires requires(event::packet_received const& e) {
    observer.on(e);
  };
  requires requires(event::packet_dropped const& e) {
    observer.on(e);
  };
  requires requires(event::packet_lost const& e) {
    observer.on(e);
  };
  requires requires(event::metrics_updated const& e) {
    observer.on(e);
  };
  requires requires(event::key_updated const& e) {
    observer.on(e);
  };
  requires requires(event::parameters_set const& e) {
    observer.on(e);
  };
  requires requires(event::path_updated const& e) {
    observer.on(e);
  };
  requires requires(event::mtu_updated const& e) {
    observer.on(e);
  };
  requires requires(event::connection_closed const& e) {
    observer.on(e);
  };
};

}  // namespace quoin
