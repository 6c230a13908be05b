// SPDX-License-Identifier: BSL-1.0
/// \file
/// A run on tape: what the checkers were told, to be played to others, with something changed in between.
#pragma once

#include "invariants.hpp"

#include <algorithm>
#include <functional>
#include <variant>

namespace quoin::property {

/// An event with the bytes that it points to.
template <class Event>
struct kept {
  role side = role::client;
  Event what;
  std::vector<std::uint8_t> bytes;
};

struct kept_datagram {
  role from = role::client;
  instant now;
  std::vector<std::uint8_t> bytes;
};
struct kept_rest {
  seen_step step;
};
struct kept_end {
  seen_step step;
};

using sent = kept<event::packet_sent>;
using received = kept<event::packet_received>;
using closed = kept<event::connection_closed>;

class tape final : public checker {
 public:
  using entry =
      std::variant<sent, received, kept<event::packet_dropped>, kept<event::packet_lost>, kept<event::metrics_updated>,
                   kept<event::parameters_set>, kept<event::path_updated>, kept<event::mtu_updated>,
                   kept<event::key_updated>, closed, seen_step, kept_datagram, kept_rest, kept_end>;

  tape() : checker(nothing()) {}
  tape(tape const&) = default;

  std::vector<entry> all;

  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override { keep(side, e, e.frames); }
  void on(role side, std::size_t, event::packet_received const& e) override { keep(side, e, e.frames); }
  void on(role side, std::size_t, event::packet_dropped const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::packet_lost const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::metrics_updated const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::parameters_set const& e) override { keep(side, e, e.encoded); }
  void on(role side, std::size_t, event::path_updated const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::mtu_updated const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::key_updated const& e) override { keep(side, e, {}); }
  void on(role side, std::size_t, event::connection_closed const& e) override { keep(side, e, {}); }
  void on_datagram(seen_datagram const& d) override {
    all.emplace_back(kept_datagram{d.from, d.now, {d.bytes.begin(), d.bytes.end()}});
  }
  void after_step(seen_step const& step) override { all.emplace_back(step); }
  void at_rest(seen_step const& step) override { all.emplace_back(kept_rest{step}); }
  void at_end(seen_step const& step) override { all.emplace_back(kept_end{step}); }

  /// What checkers say of it.
  [[nodiscard]] std::string play(invariants& to) const {
    for (auto const& each : all) std::visit([&](auto const& e) { tell(to, e); }, each);
    return to.broken();
  }

  using position = std::vector<entry>::iterator;
  /// The first entry from `begin` on that is an `Entry` and matches; the end when there is none.
  template <class Entry>
  position find(position begin, std::function<bool(Entry const&)> const& matches = {}) {
    return std::find_if(begin, all.end(), [&](entry const& e) {
      auto const* const it = std::get_if<Entry>(&e);
      return it != nullptr && (!matches || matches(*it));
    });
  }
  template <class Entry>
  Entry* first(std::function<bool(Entry const&)> const& matches = {}) {
    auto const at = find<Entry>(all.begin(), matches);
    return at == all.end() ? nullptr : &std::get<Entry>(*at);
  }

 private:
  static complaints& nothing() {
    static complaints none;
    return none;
  }
  template <class Event>
  void keep(role side, Event const& e, byte_view bytes) {
    all.emplace_back(kept<Event>{side, e, {bytes.begin(), bytes.end()}});
  }
  template <class Event>
  static void tell(invariants& to, kept<Event> const& each) {
    auto event = each.what;
    if constexpr (requires { event.frames; }) event.frames = each.bytes;
    if constexpr (requires { event.encoded; }) event.encoded = each.bytes;
    to.on(each.side, 0, event);
  }
  static void tell(invariants& to, seen_step const& step) { to.after_step(step); }
  static void tell(invariants& to, kept_datagram const& d) { to.on_datagram({d.from, d.now, d.bytes}); }
  static void tell(invariants& to, kept_rest const& rest) { to.at_rest(rest.step); }
  static void tell(invariants& to, kept_end const& end) { to.at_end(end.step); }
};

}  // namespace quoin::property
