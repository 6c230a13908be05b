// SPDX-License-Identifier: BSL-1.0
/// \file
/// What recovery knows of each path: round trips, congestion and pacing are a path's own (RFC 9000 9.4, RFC 9002 2).
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/recovery/pacer.hpp>
#include <quoin/recovery/pacing_rate.hpp>
#include <quoin/recovery/rtt_estimator.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

namespace quoin {

/// One path's state. Packets in flight name it by `id`.
template <congestion_controller C>
struct path_recovery {
  using pacer_type =
      basic_pacer<std::conditional_t<claims<C, congestion_feature::send_quantum>, chosen_burst, usual_burst>>;

  path_recovery(path_id number, congestion_path const& path)
      : id(number), controller(path), rtt(path.initial_rtt), pace(path.max_datagram_size), about(path) {}

  /// As if nothing had ever been sent on it.
  void restart() {
    controller = C(about);
    rtt = rtt_estimator(about.initial_rtt);
    pace = pacer_type(about.max_datagram_size);
  }

  void on_datagram_size(byte_count size) noexcept {
    about.max_datagram_size = size;
    controller.on_datagram_size(size);
    pace.set_datagram_size(size);
    update_pacing();
  }

  void update_pacing() noexcept {
    if constexpr (claims<C, congestion_feature::send_quantum>) pace.set_burst({controller.send_quantum()});
    if (rtt.has_sample()) pace.set_rate(pacing_rate(controller, rtt.values().smoothed));
  }

  [[nodiscard]] byte_count allowance() const noexcept {
    return controller.window() > bytes_in_flight ? controller.window() - bytes_in_flight : 0;
  }

  /// Bytes left the flight, and nothing can be learnt from that.
  void discard(byte_count bytes) noexcept {
    QUOIN_ASSERT(bytes <= bytes_in_flight);
    bytes_in_flight -= bytes;
    if (bytes > 0) controller.on_discarded(bytes);
  }

  path_id id;
  C controller;
  rtt_estimator rtt;
  pacer_type pace;
  congestion_path about;
  byte_count bytes_in_flight = 0;
  bool ecn_failed = false;  ///< marks do not survive here (RFC 9000 13.4.2)
};

/// The path in use, at hand, and the others, which take no memory until there are some.
template <congestion_controller C>
class recovery_paths {
 public:
  using path = path_recovery<C>;

  explicit recovery_paths(congestion_path const& first, path_id id = 0) : active_(id, first) {}

  [[nodiscard]] path& active() noexcept { return active_; }
  [[nodiscard]] path const& active() const noexcept { return active_; }

  /// Any path that is known, the active one included.
  [[nodiscard]] path* find(path_id id) noexcept {
    if (id == active_.id) return &active_;
    auto const at = std::find_if(others_.begin(), others_.end(), [&](path const& other) { return other.id == id; });
    return at == others_.end() ? nullptr : &*at;
  }

  /// Whether there never was another path.
  [[nodiscard]] bool single() const noexcept { return others_.capacity() == 0; }

  void open(path_id id, congestion_path const& about) {
    QUOIN_ASSERT(find(id) == nullptr && others_.size() < limits::paths - 1);
    others_.reserve(limits::paths - 1);
    others_.emplace_back(id, about);
  }

  void close(path_id id) {
    std::erase_if(others_, [&](path const& other) { return other.id == id; });
  }

  void use(path_id id) {
    if (id == active_.id) return;
    auto* const next = find(id);
    QUOIN_ASSERT(next != nullptr);
    std::swap(active_, *next);
  }

  /// Only the port of the peer's address has changed, so that the path beneath is most likely the same: what is known
  /// of the one moves to the other, which begins anew (RFC 9000 9.4).
  void carry_over(path_id from, path_id to) {
    auto* const source = find(from);
    auto* const target = find(to);
    QUOIN_ASSERT(source != nullptr && target != nullptr);
    std::swap(source->controller, target->controller);
    std::swap(source->rtt, target->rtt);
    std::swap(source->pace, target->pace);
    std::swap(source->about, target->about);
  }

 private:
  path active_;
  std::vector<path> others_;
};

}  // namespace quoin
