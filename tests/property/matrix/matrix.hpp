// SPDX-License-Identifier: BSL-1.0
/// \file
/// Every fault in every phase of a connection: one cell is one fault that is there for one phase, and what may come of
/// it. Parameters are drawn from the seed.
#pragma once

#include "world/world.hpp"

#include <quoin/sim/random.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>

namespace quoin::property {

class invariants;

/// What a connection does while the fault is there.
enum class phase : std::uint8_t {
  first_flight,   ///< from the first datagram to the client's keys
  retry,          ///< the same, with a Retry or a Version Negotiation packet before
  early_data,     ///< a second connection, with 0-RTT
  handshake_end,  ///< from the client's keys to the confirmation
  transfer,
  migration,
  key_update,
  close,
};
inline constexpr std::array all_phases{phase::first_flight, phase::retry,     phase::early_data, phase::handshake_end,
                                       phase::transfer,     phase::migration, phase::key_update, phase::close};
std::string_view name_of(phase p) noexcept;

/// How a cell came out.
enum class outcome : std::uint8_t {
  complete,           ///< everything arrived, and the close was heard or timed out
  handshake_timeout,  ///< the client gave up
  idle_timeout,       ///< at least one end heard nothing any more
  reset,              ///< the client was told that the server has forgotten it
  refused,            ///< an end closed with an error of the transport
  stuck,              ///< none of these, which is never right
};
std::string_view name_of(outcome o) noexcept;

/// What a fault can do. All of it is called with the world at hand.
struct fault {
  /// Before the world is made.
  std::function<void(scenario::world_options&, sim::random&)> prepare{};
  /// The phase begins. What it changes in the links' settings and the hosts' offloads is undone when the phase ends.
  std::function<void(scenario::world&, sim::random&)> begin{};
  /// Sees, and may change, each datagram while the phase lasts; `up` is from the client.
  std::function<sim::verdict(sim::datagram&, bool up, sim::random&)> each{};
  /// All is over: what is wrong with what became of the world, a line each.
  std::function<std::string(scenario::world&, phase, outcome)> after{};
  /// The same, for what checkers of invariants have counted.
  std::function<void(invariants&, phase)> counted{};
  /// It stays when the phase is over: a blackout for ever, a path that is too narrow.
  bool stays = false;
  /// A server forgets or a host moves, so that packets of several connections mix: invariants do not apply.
  bool mixes_connections = false;
};

struct cell_result {
  outcome how = outcome::stuck;
  std::string broken;                             ///< invariants
  std::string why;                                ///< for people
  std::array<std::optional<close_info>, 2> ends;  ///< of the last connection, by role
};

/// Plays one cell.
cell_result play(fault const& what, phase when, std::uint64_t seed);

/// Plays the fault in every phase with a few seeds, and checks that what comes of it is in the phase's list, all of
/// which but for `complete` are exceptions that need saying.
struct expectation {
  phase when;
  std::initializer_list<outcome> may_be;
};
void check_row(fault const& what, std::initializer_list<expectation> exceptions = {}, std::uint64_t seeds = 3);

}  // namespace quoin::property
