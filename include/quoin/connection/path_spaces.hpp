// SPDX-License-Identifier: BSL-1.0
/// \file
/// The paths of a connection that uses several at a time, each with a packet number space of its own
/// (draft-ietf-quic-multipath). A connection state holds the parts of one of them, the path in hand, where those of a
/// connection with one path would stand; those of the others are kept here and change places with them.
#pragma once

#include <quoin/ack/received_packets.hpp>
#include <quoin/cid/local_ids.hpp>
#include <quoin/cid/peer_ids.hpp>
#include <quoin/connection/packet_copies.hpp>
#include <quoin/keys/path_phases.hpp>
#include <quoin/path/path_responses.hpp>
#include <quoin/path/path_table.hpp>
#include <quoin/policy/extensions.hpp>
#include <quoin/recovery/recovery.hpp>
#include <quoin/schedule/paths.hpp>
#include <quoin/wire/frame/multipath.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace quoin {

struct ack_frequency;
struct multipath;

/// Whether connections of a stack may use several paths at a time.
template <class Stack>
inline constexpr bool speaks_multipath = lists_extension<Stack, multipath>;

namespace detail {

template <class S>
struct path_scheduler_named {
  using type = path_schedule::min_rtt;
};

template <class S>
requires requires {
  typename S::path_scheduler;
}
struct path_scheduler_named<S> {
  using type = typename S::path_scheduler;
  static_assert(path_scheduler<type>,
                "quoin: this stack's `path_scheduler` is not a path_scheduler -- see docs/extensions.md");
};

}  // namespace detail

/// What a stack names its `path_scheduler`; `path_schedule::min_rtt` when it names none.
template <class Stack>
using path_scheduler_of = typename detail::path_scheduler_named<Stack>::type;

/// How the numbers and nonces of 1-RTT packets are told apart.
template <class Stack>
using key_phases_of = std::conditional_t<speaks_multipath<Stack>, multipath_phases, single_path_phases>;

/// How far a path ID has come. It never comes back from `abandoned` (draft-ietf-quic-multipath 3.4).
enum class path_standing : std::uint8_t {
  unused,      ///< there may be connection IDs for it
  validating,  ///< packets were exchanged; nothing but probes and acknowledgements is sent yet
  open,        ///< it may carry everything
  abandoned,   ///< nothing is sent any more; what is under way is still acknowledged
};

/// What belongs to one path ID: the members of the same names in `connection_state`.
template <class Stack>
struct path_space {
  using space_received = basic_received_packets<lists_extension<Stack, ack_frequency>>;

  path_space(role self, path_id name, congestion_path const& fresh)
      : paths(network_path{}, name),
        peer_ids(peer_connection_ids::of_new_path(self)),
        recovery(self, fresh, name),
        told_path(name) {
    recovery.on_handshake_confirmed();  // nothing is sent here before it is
  }

  path_table paths;
  local_connection_ids local_ids;
  peer_connection_ids peer_ids;
  space_received received{true};
  quoin::recovery<typename Stack::congestion> recovery;
  std::uint64_t numbers_until_skip = 0;
  path_id told_path;  ///< events of several paths say their path IDs instead
  packet_number largest_non_probing = no_packet;
  quoin::path_responses path_responses;
  instant pacing_deadline = never;
};

/// A path ID and what was agreed on about it.
template <class Stack>
struct path_entry {
  std::uint32_t id = 0;
  path_standing standing = path_standing::unused;

  // ---- what the peer was told, or is to be told
  bool backup = false;
  bool status_owed = false;
  std::uint64_t status_sequence = 0;  ///< of the newest preference; there is none while it is 0
  bool abandon_owed = false;
  bool abandon_heard = false;  ///< the peer has acknowledged it
  std::uint64_t abandon_code = 0;
  bool cids_blocked_owed = false;

  // ---- what the peer has said
  bool peer_backup = false;
  std::optional<std::uint64_t> peer_status_sequence;
  bool abandoned_by_peer = false;

  instant forget_at = never;    ///< when nothing of a path that both ends have abandoned is under way any more
  bool flight_offered = false;  ///< what is in flight on a silent path has been given to the others

  /// While the path is not in hand.
  std::unique_ptr<path_space<Stack>> kept;

  /// When an abandoned path may be let go of. Nobody else would say again what the peer has not heard, and it would
  /// keep the path for ever (draft-ietf-quic-multipath 3.4).
  [[nodiscard]] instant may_go_at() const noexcept { return abandon_heard ? forget_at : never; }

  /// draft-ietf-quic-multipath 3.3: each end has its preference, and both are regarded.
  [[nodiscard]] bool is_backup() const noexcept { return backup || peer_backup; }
};

/// Nothing, for stacks that do not list `multipath`.
template <class Stack>
struct no_path_spaces {
  template <class State>
  static constexpr path_record const& first(State const& state) noexcept {
    return state.paths.active();
  }
};

/// All path IDs that are not yet done with, in ascending order. Those up to `maximum()` that are not here were
/// abandoned. At most `limits::multipath_paths` beside the one that the handshake began.
template <class Stack>
class path_spaces {
 public:
  using entry = path_entry<Stack>;
  using scheduler = path_scheduler_of<Stack>;

  path_spaces() {
    entries_.reserve(limits::multipath_paths + 1);
    entries_.emplace_back().standing = path_standing::open;
  }

  // ---- what was agreed

  /// draft-ietf-quic-multipath 2.1: both have said that they can.
  void negotiate(std::uint32_t our_maximum, std::uint32_t peer_maximum) noexcept {
    negotiated_ = true;
    maximum_ = our_maximum;
    peer_initial_ = peer_maximum_ = peer_maximum;
  }
  [[nodiscard]] bool negotiated() const noexcept { return negotiated_; }

  /// The highest path ID that the peer may use.
  [[nodiscard]] std::uint32_t maximum() const noexcept { return maximum_; }
  /// The highest one that we may use.
  [[nodiscard]] std::uint32_t peer_maximum() const noexcept { return peer_maximum_; }
  [[nodiscard]] std::uint32_t peer_initial_maximum() const noexcept { return peer_initial_; }
  void raise_peer_maximum(std::uint32_t to) noexcept { peer_maximum_ = to; }

  // ---- the entries

  [[nodiscard]] std::vector<entry>& entries() noexcept { return entries_; }
  [[nodiscard]] std::vector<entry> const& entries() const noexcept { return entries_; }

  /// Null when the ID was abandoned and forgotten, or has not been reached yet.
  [[nodiscard]] entry* find(std::uint64_t id) noexcept {
    for (auto& each : entries_)
      if (each.id == id) return &each;
    return nullptr;
  }

  [[nodiscard]] std::uint32_t in_hand() const noexcept { return in_hand_; }
  [[nodiscard]] entry& entry_in_hand() noexcept { return *find(in_hand_); }

  /// What is known of the open path with the lowest ID, or of the path in hand where none is open: what is said about
  /// one path is about that.
  template <class State>
  [[nodiscard]] path_record const& first(State const& state) const noexcept {
    auto const at = std::find_if(entries_.begin(), entries_.end(),
                                 [](entry const& e) { return e.standing == path_standing::open; });
    return (at == entries_.end() || !at->kept ? state.paths : at->kept->paths).active();
  }

  /// Whether there is more than the path of the handshake.
  [[nodiscard]] bool several() const noexcept { return entries_.size() > 1; }

  [[nodiscard]] std::size_t count(path_standing standing) const noexcept {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [&](entry const& e) { return e.standing == standing; }));
  }

  void add(std::uint32_t id, std::unique_ptr<path_space<Stack>> space) {
    QUOIN_ASSERT(entries_.size() <= limits::multipath_paths);
    auto& added = entries_.emplace_back();
    added.id = id;
    added.kept = std::move(space);
  }

  /// One that is not in hand. The peer may use a higher one in its place.
  void remove(std::uint32_t id) {
    QUOIN_ASSERT(id != in_hand_);
    std::erase_if(entries_, [&](entry const& e) { return e.id == id; });
  }
  /// False when there is no higher one (draft-ietf-quic-multipath 4.6).
  bool raise_maximum() noexcept {
    if (maximum_ == wire::path_id_max) return false;
    ++maximum_;
    max_path_id_owed = true;
    return true;
  }

  /// Path `id` changes places with the path in hand.
  template <class State>
  void take(State& state, std::uint32_t id) noexcept {
    if (id == in_hand_) return;
    auto& from = entry_in_hand();
    auto& to = *find(id);
    exchange(state, *to.kept);
    from.kept = std::move(to.kept);
    in_hand_ = id;
    state.application_keys.use_path(id);
  }

  /// draft-ietf-quic-multipath 2.5, 2.6: what must outlast the slowest path is measured by it.
  template <class State>
  [[nodiscard]] duration largest_pto(State const& state) const noexcept {
    auto largest = state.recovery.pto(packet_space::application);
    for (auto const& each : entries_)
      if (each.kept != nullptr && each.standing != path_standing::unused)
        largest = std::max(largest, each.kept->recovery.pto(packet_space::application));
    return largest;
  }

  /// What a datagram has room for behind the connection ID on every path that may carry it, if `room` is so on the one
  /// in hand (draft-ietf-quic-multipath 5.7).
  [[nodiscard]] std::size_t least_room(std::size_t room) const noexcept {
    for (auto const& each : entries_)
      if (each.kept != nullptr && each.standing == path_standing::open && each.kept->peer_ids.active() > 0)
        room = std::min(room, each.kept->paths.active().datagram_size() - each.kept->peer_ids.current().size());
    return room;
  }

  /// Whether what `matches` asks of a path ID and the peer's connection IDs for it is true of any. Of abandoned paths
  /// none counts any more (draft-ietf-quic-multipath 3.4).
  template <class State, class Predicate>
  [[nodiscard]] bool any_peer_ids(State const& state, Predicate&& matches) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](entry const& each) {
      auto const& ids = each.kept ? each.kept->peer_ids : state.peer_ids;
      return each.standing != path_standing::abandoned && ids.active() > 0 && matches(each.id, ids);
    });
  }

  // ---- about the packet at hand

  std::uint64_t arrival_phase = 0;  ///< key updates before the keys that opened it
  connection_id arrival_destination;

  // ---- what the packets that are written now may carry

  /// Whether the path in hand may carry more than probes and acknowledgements.
  bool carries_frames = true;

  /// How many `path_in_hand` there are. What is done with one in hand goes on with it when it returns from the
  /// application, whatever that asked for.
  std::uint32_t held = 0;

  // ---- frames owed
  bool max_path_id_owed = false;
  bool paths_blocked_owed = false;

  [[no_unique_address]] scheduler choose;
  [[no_unique_address]] std::conditional_t<scheduler::copies, packet_copies, no_packet_copies> copies;

 private:
  template <class State>
  static void exchange(State& state, path_space<Stack>& other) noexcept {
    using std::swap;
    swap(state.paths, other.paths);
    state.paths.continue_names(other.paths);
    swap(state.local_ids, other.local_ids);
    swap(state.peer_ids, other.peer_ids);
    swap(state.received_in(packet_space::application), other.received);
    swap(state.recovery, other.recovery);
    swap(state.numbers_until_skip, other.numbers_until_skip);
    swap(state.told_path, other.told_path);
    swap(state.largest_non_probing, other.largest_non_probing);
    swap(state.path_responses, other.path_responses);
    swap(state.pacing_deadline, other.pacing_deadline);
  }

  std::vector<entry> entries_;
  std::uint32_t in_hand_ = 0;
  std::uint32_t maximum_ = 0;
  std::uint32_t peer_maximum_ = 0;
  std::uint32_t peer_initial_ = 0;
  bool negotiated_ = false;
};

/// Whether packets of a stack leave on several paths at once.
template <class Stack>
constexpr bool copies_packets() noexcept {
  if constexpr (speaks_multipath<Stack>)
    return path_scheduler_of<Stack>::copies;
  else
    return false;
}

template <class Stack>
using path_spaces_of = std::conditional_t<speaks_multipath<Stack>, path_spaces<Stack>, no_path_spaces<Stack>>;

/// Keeps a path in hand for as long as it lives, and then takes the one before again.
template <class State>
class path_in_hand {
 public:
  path_in_hand(State& state, std::uint32_t id) noexcept : state_(state), before_(state.path_spaces.in_hand()) {
    state_.path_spaces.take(state_, id);
    ++state_.path_spaces.held;
  }
  path_in_hand(path_in_hand const&) = delete;
  path_in_hand& operator=(path_in_hand const&) = delete;
  ~path_in_hand() {
    --state_.path_spaces.held;
    state_.path_spaces.take(state_, before_);
  }

 private:
  State& state_;
  std::uint32_t before_;
};

}  // namespace quoin
