// SPDX-License-Identifier: BSL-1.0
#include "several_paths.hpp"

#include <quoin/wire/extension_frames.hpp>
#include <quoin/wire/transport_parameters/extra.hpp>

#include <algorithm>
#include <utility>

namespace quoin::property {

/// The frames of a packet that `side` sends.
struct several_paths::saying {
  several_paths& owner;
  role side;
  event::packet_sent const& packet;

  end& self() const { return owner.of(side); }
  end& peer() const { return owner.of(peer_of(side)); }
  void check(bool holds, std::string_view sentence, std::uint64_t number) const {
    owner.check(holds, side, packet.now, sentence, number);
  }
  /// Of this side or of the peer: neither may be named beyond what the other has allowed.
  void allowed(std::uint64_t path) const {
    check(path <= std::max(self().maximum, peer().maximum), "INV-15 a path ID beyond the maximum", path);
  }

  result<> operator()(wire::stream_frame const& f) const {
    check(self().proven.count(packet.multipath_id) != 0, "INV-33 data on one of several paths that is not proven",
          f.id.value());
    return {};
  }
  result<> operator()(wire::path_ack_frame const& f) const { return allowed(f.path), result<>{}; }
  result<> operator()(wire::path_new_connection_id_frame const& f) const { return allowed(f.path), result<>{}; }
  result<> operator()(wire::path_abandon_frame const& f) const {
    allowed(f.path);
    self().abandoned.insert(f.path);
    return {};
  }
  /// draft-ietf-quic-multipath 4.3: what is said again has the number that it had.
  result<> operator()(wire::path_status_frame const& f) const {
    allowed(f.path);
    auto& last = self().status[f.path];
    check(f.sequence >= last, "INV-07 the number of a path's status goes back", f.path);
    last = std::max(last, f.sequence);
    return {};
  }
  result<> operator()(wire::max_path_id_frame const& f) const {
    check(f.maximum >= self().maximum, "INV-07 MAX_PATH_ID goes back", f.maximum);
    self().maximum = std::max(self().maximum, f.maximum);
    return {};
  }
  template <class Other>
  result<> operator()(Other const&) const {
    return {};
  }
};

void several_paths::on(role side, std::size_t, event::packet_sent const& e) {
  if (e.kind != event::packet_kind::one_rtt) return;
  auto& self = of(side);
  packets_ += e.multipath_id != 0 ? 1 : 0;
  // draft-ietf-quic-multipath 3.4: its connection IDs are retired, so that nothing can be sent there.
  check(self.abandoned.count(e.multipath_id) == 0, side, e.now, "INV-23 a packet leaves on a path that was abandoned",
        e.multipath_id);
  saying each{*this, side, e};
  static_cast<void>(wire::read_frames<wire::all_extension_frames>(e.frames, e.kind, each));
}

void several_paths::on(role side, std::size_t, event::parameters_set const& e) {
  if (!e.local) return;
  constexpr std::uint64_t initial_max_path_id = 0x3e;
  auto const found = wire::find_number_parameter(e.encoded, initial_max_path_id);
  if (found && *found) of(side).maximum = **found;
}

void several_paths::on(role side, std::size_t, event::path_updated const& e) {
  if (e.step == event::path_step::validated) of(side).proven.insert(e.multipath_id);
  // What is in flight to another address has another window.
  if (e.step == event::path_step::used) of(side).paths.erase(e.multipath_id);
}

void several_paths::after_step(seen_step const& step) {
  for (auto const side : both_sides) {
    auto const& seen = step.of(side);
    if (seen.gone || seen.closing) continue;
    auto before = std::exchange(of(side).paths, {});
    for (auto const& each : seen.paths) {
      of(side).paths[each.id] = each;
      auto const known = before.find(each.id);
      if (known == before.end() || each.silent || each.bytes_in_flight <= known->second.bytes_in_flight) continue;
      // The window may have shrunk since it was filled.
      check(each.bytes_in_flight <= std::max(each.congestion_window, known->second.congestion_window), side, step.now,
            "INV-19 more is in flight on one of several paths than its window holds", each.bytes_in_flight);
    }
  }
}

}  // namespace quoin::property
