// SPDX-License-Identifier: BSL-1.0
/// \file
/// The connection IDs that the peer issued to us: which one we use, which are spare, which we owe back
/// (RFC 9000 5.1.1, 5.1.2, 10.3, 19.15, 19.16).
#pragma once

#include <quoin/base/interval_set.hpp>
#include <quoin/base/static_vector.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/limits.hpp>
#include <quoin/core/types.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace quoin {

/// The IDs by which we address the peer. One is in use, the others are spare. Everything here is capped, whatever the
/// peer sends and however long it withholds acknowledgments.
class peer_connection_ids {
 public:
  /// `limit` is what our active_connection_id_limit says, 2 to `limits::peer_connection_ids`.
  explicit peer_connection_ids(role self, std::uint64_t limit = limits::peer_connection_ids)
      : self_(self), limit_(limit) {
    QUOIN_ASSERT(limit >= 2 && limit <= limits::peer_connection_ids);
    known_.push_back({0, {}, std::nullopt, true});
  }

  /// For packets of another path ID than 0: none is known yet, and until one is there is no `current()`
  /// (draft-ietf-quic-multipath 3.2).
  static peer_connection_ids of_new_path(role self) {
    peer_connection_ids ids{self};
    ids.known_.clear();
    return ids;
  }

  /// The ID with sequence number 0, or what stands for it before it is known: the client's first random Destination
  /// Connection ID, then a Retry's Source Connection ID, then the peer's own (RFC 9000 7.2).
  void set_first(connection_id const& id) noexcept {
    QUOIN_ASSERT(known_.size() == 1 && known_[0].sequence == 0);
    known_[0].id = id;
  }

  /// The token of sequence number 0, from a server's transport parameters.
  void set_reset_token(stateless_reset_token const& token) noexcept {
    QUOIN_ASSERT(self_ == role::client);
    if (auto* entry = find(0)) entry->token = token;
    ++token_revision_;
  }

  /// The ID in a server's preferred_address: sequence number 1 (RFC 9000 5.1.1). TRANSPORT_PARAMETER_ERROR when the
  /// server is otherwise addressed without an ID (RFC 9000 18.2).
  result<> add_preferred(connection_id const& id, stateless_reset_token const& token) {
    QUOIN_ASSERT(self_ == role::client);
    if (zero_length() || id.empty())
      return fail(error_code::transport_parameter_error, "preferred_address with a zero-length connection ID in use");
    return on_issued({1, 0, id, token});
  }

  /// A NEW_CONNECTION_ID frame: anything with `sequence`, `retire_prior_to`, `id` and `token`. Changes nothing when it
  /// fails. PROTOCOL_VIOLATION, FRAME_ENCODING_ERROR and CONNECTION_ID_LIMIT_ERROR as RFC 9000 5.1 and 19.15 say.
  template <class Frame>
  result<> on_new_connection_id(Frame const& frame) {
    // RFC 9000 19.15: who is addressed without an ID cannot begin to have one.
    if (zero_length())
      return fail(error_code::protocol_violation, "NEW_CONNECTION_ID from a peer with a zero-length connection ID");
    return on_issued({frame.sequence, frame.retire_prior_to, frame.id, frame.token});
  }

  /// The ID to put into packets now.
  [[nodiscard]] connection_id const& current() const noexcept { return known_[current_].id; }
  [[nodiscard]] std::uint64_t current_sequence() const noexcept { return known_[current_].sequence; }

  /// IDs that may be used now, the current one included.
  [[nodiscard]] std::size_t active() const noexcept { return known_.size(); }

  /// IDs that were never used on any path.
  [[nodiscard]] std::size_t spares() const noexcept {
    return static_cast<std::size_t>(std::count_if(known_.begin(), known_.end(), [](auto const& e) { return !e.used; }));
  }

  [[nodiscard]] bool contains(connection_id const& id) const noexcept {
    return std::any_of(known_.begin(), known_.end(), [&](auto const& e) { return e.id == id; });
  }

  /// Whether the peer is addressed without an ID, on whatever path.
  [[nodiscard]] bool without_ids() const noexcept { return zero_length(); }

  /// Goes over to an ID never used before, and owes the peer the retirement of the old one (RFC 9000 5.1.2, 9.5). The
  /// last spare is not for this: should the peer be moved while nothing is heard, its new address could not be
  /// validated without an ID that was never used. False, and nothing changes, when there are not two spares or too many
  /// retirements are unacknowledged.
  bool rotate() {
    if (spares() < 2 || !may_retire()) return false;
    auto const next = lowest_spare()->sequence;
    retire(current_);
    use(next);
    return true;
  }

  // ---- several paths (RFC 9000 9.5)

  /// An ID never used before, for another path, by its sequence number; nothing when there is none. A peer without IDs
  /// is addressed without one everywhere.
  [[nodiscard]] std::optional<std::uint64_t> take_spare() noexcept {
    if (zero_length()) return current_sequence();
    auto* const spare = lowest_spare();
    if (spare == nullptr) return std::nullopt;
    begin_to_use(*spare);
    return spare->sequence;
  }

  /// The ID of a sequence number, unless it was retired.
  [[nodiscard]] connection_id const* id_of(std::uint64_t sequence) const noexcept {
    auto const at = std::find_if(known_.begin(), known_.end(), [&](auto const& e) { return e.sequence == sequence; });
    return at == known_.end() ? nullptr : &at->id;
  }

  /// The path in use is another from now on, with this ID; the one before stays with its path.
  void make_current(std::uint64_t sequence) noexcept { use(sequence); }

  /// A path is given up, and its ID with it. Kept if it is the current one, and while too many retirements are
  /// unacknowledged.
  void give_back(std::uint64_t sequence) {
    auto* const entry = find(sequence);
    if (entry == nullptr || zero_length() || sequence == current_sequence() || !may_retire()) return;
    auto const used = current_sequence();
    retire(static_cast<std::size_t>(entry - known_.begin()));
    use(used);
  }

  [[nodiscard]] bool has_pending() const noexcept { return owed() != nullptr; }

  /// The sequence number for the next RETIRE_CONNECTION_ID frame. Stays so until `mark_sent`.
  [[nodiscard]] std::optional<std::uint64_t> next_pending() const noexcept {
    if (auto const* retirement = owed()) return retirement->sequence;
    return std::nullopt;
  }

  void mark_sent(std::uint64_t sequence) noexcept {
    if (auto* retirement = find_retirement(sequence)) retirement->in_flight = true;
  }

  /// A packet with the frame was lost, or is probed for: it is owed again unless it has arrived since.
  void on_lost(std::uint64_t sequence) noexcept {
    if (auto* retirement = find_retirement(sequence)) retirement->in_flight = false;
  }

  void on_acked(std::uint64_t sequence) {
    if (auto* retirement = find_retirement(sequence))
      retirements_.erase_at(static_cast<std::size_t>(retirement - retirements_.begin()));
  }

  /// Calls `visit(token)` for the tokens that came with IDs in use, on whatever path. Those of spare and of retired IDs
  /// do not count (RFC 9000 10.3.1).
  template <class Visit>
  void for_each_reset_token(Visit&& visit) const {
    for (auto const& each : known_)
      if (each.used && each.token) visit(*each.token);
  }

  /// Changes with the tokens of IDs in use.
  [[nodiscard]] std::uint32_t token_revision() const noexcept { return token_revision_; }

  /// Whether the end of a datagram is the token of an ID in use; the time taken does not depend on how many bytes agree
  /// (RFC 9000 10.3.1).
  [[nodiscard]] bool is_reset_token(std::span<std::uint8_t const, 16> end_of_datagram) const noexcept {
    bool found = false;
    for_each_reset_token([&](stateless_reset_token const& token) {
      std::uint8_t volatile difference = 0;
      for (std::size_t i = 0; i < end_of_datagram.size(); ++i)
        difference = static_cast<std::uint8_t>(difference | (token[i] ^ end_of_datagram[i]));
      found |= difference == 0;  // without a branch: RFC 9000 10.3.1
    });
    return found;
  }

 private:
  struct known_id {
    std::uint64_t sequence = 0;
    connection_id id;
    std::optional<stateless_reset_token> token;
    bool used = false;  ///< on some path
  };
  struct issued {
    std::uint64_t sequence;
    std::uint64_t retire_prior_to;
    connection_id id;
    stateless_reset_token token;
  };
  struct owed_retirement {
    std::uint64_t sequence = 0;
    bool in_flight = false;
  };

  /// Looks at the whole frame before it changes anything.
  result<> on_issued(issued const& frame) {
    if (frame.retire_prior_to > frame.sequence)
      return fail(error_code::frame_encoding_error, "Retire Prior To is greater than the Sequence Number");
    if (frame.id.empty()) return fail(error_code::frame_encoding_error, "NEW_CONNECTION_ID without a connection ID");
    QUOIN_TRY(check_conflicts(frame));

    bool const known = find(frame.sequence) != nullptr;
    bool const fresh = !known && !retired_.contains(frame.sequence);
    // RFC 9000 19.15: a smaller Retire Prior To than one seen before has no effect.
    auto const floor = std::max(retire_prior_to_, frame.retire_prior_to);
    bool const stored = fresh && frame.sequence >= floor;
    auto const retiring = static_cast<std::size_t>(
        std::count_if(known_.begin(), known_.end(), [&](auto const& e) { return e.sequence < floor; }));
    QUOIN_TRY(check_limits(known_.size() - retiring + (stored ? 1 : 0), retiring + (fresh && !stored ? 1 : 0)));

    retire_prior_to_ = floor;
    // RFC 9000 5.1.2: the old ones are given back before the new one is taken.
    auto const used = known_.empty() ? frame.sequence : current_sequence();
    for (std::size_t i = known_.size(); i-- > 0;)
      if (known_[i].sequence < floor) retire(i);
    if (stored) known_.push_back({frame.sequence, frame.id, frame.token, false});
    if (fresh && !stored) owe_retirement(frame.sequence);
    use(used);
    return {};
  }

  /// RFC 9000 19.15, 10.3.2: one number, one ID, one token; each belongs to the others only.
  [[nodiscard]] result<> check_conflicts(issued const& frame) const {
    for (auto const& e : known_) {
      bool const same_token = e.token == frame.token;
      if (e.sequence == frame.sequence) {
        if (e.id != frame.id || !same_token)
          return fail(error_code::protocol_violation, "a sequence number was used for different connection IDs");
      } else if (e.id == frame.id) {
        return fail(error_code::protocol_violation, "a connection ID was issued under two sequence numbers");
      } else if (same_token) {
        return fail(error_code::protocol_violation, "a stateless reset token was issued for two connection IDs");
      }
    }
    return {};
  }

  [[nodiscard]] result<> check_limits(std::size_t active, std::size_t retiring) const {
    // RFC 9000 5.1.1: counted after the frame's own retirements.
    if (active > limit_)
      return fail(error_code::connection_id_limit_error, "more active connection IDs than our limit");
    // We had given up the frame's own ID already, and it takes away all others: no packet could be addressed.
    if (active == 0) return fail(error_code::protocol_violation, "every usable connection ID was retired");
    // RFC 9000 5.1.2: a peer that makes us retire and does not acknowledge must not make us remember without end.
    if (retirements_.size() + retiring > retirements_.capacity())
      return fail(error_code::connection_id_limit_error, "too many connection IDs in need of retirement");
    // Numbers are issued one by one, so that only loss leaves gaps; the same bound keeps what we remember small.
    if (retiring > 0 && retired_.size() + retiring > limits::retirements)
      return fail(error_code::connection_id_limit_error, "connection IDs were issued with too many gaps");
    return {};
  }

  void retire(std::size_t index) {
    owe_retirement(known_[index].sequence);
    known_.erase_at(index);
    ++token_revision_;
  }

  void owe_retirement(std::uint64_t sequence) {
    retirements_.push_back({sequence, false});
    retired_.insert({sequence, sequence + 1});
  }

  void use(std::uint64_t sequence) noexcept {
    auto* entry = find(sequence);
    if (entry == nullptr) entry = lowest_spare();
    // What another path uses is better than nothing: the peer has taken away all else.
    if (entry == nullptr) entry = lowest([](auto const&) { return true; });
    begin_to_use(*entry);
    current_ = static_cast<std::size_t>(entry - known_.begin());
  }

  void begin_to_use(known_id& taken) noexcept {
    if (!std::exchange(taken.used, true)) ++token_revision_;
  }

  [[nodiscard]] bool may_retire() const noexcept {
    return !retirements_.full() && retired_.size() < limits::retirements;
  }

  [[nodiscard]] known_id* lowest_spare() noexcept {
    return lowest([](auto const& e) { return !e.used; });
  }

  template <class Predicate>
  [[nodiscard]] known_id* lowest(Predicate matches) noexcept {
    known_id* found = nullptr;
    for (auto& e : known_)
      if (matches(e) && (found == nullptr || e.sequence < found->sequence)) found = &e;
    return found;
  }

  // The one in use has an ID that is empty only if all are: a peer's length never changes to or from zero.
  [[nodiscard]] bool zero_length() const noexcept { return !known_.empty() && current().empty(); }

  [[nodiscard]] known_id* find(std::uint64_t sequence) noexcept {
    auto* const at = std::find_if(known_.begin(), known_.end(), [&](auto const& e) { return e.sequence == sequence; });
    return at == known_.end() ? nullptr : at;
  }
  [[nodiscard]] owed_retirement const* owed() const noexcept {
    auto const* const at =
        std::find_if(retirements_.begin(), retirements_.end(), [](auto const& r) { return !r.in_flight; });
    return at == retirements_.end() ? nullptr : at;
  }
  [[nodiscard]] owed_retirement* find_retirement(std::uint64_t sequence) noexcept {
    auto* const at =
        std::find_if(retirements_.begin(), retirements_.end(), [&](auto const& r) { return r.sequence == sequence; });
    return at == retirements_.end() ? nullptr : at;
  }

  role self_;
  std::uint64_t limit_;
  static_vector<known_id, limits::peer_connection_ids> known_;
  std::size_t current_ = 0;
  std::uint32_t token_revision_ = 0;
  std::uint64_t retire_prior_to_ = 0;
  static_vector<owed_retirement, limits::retirements> retirements_;  // not yet acknowledged
  interval_set retired_;                                             // every number ever retired
};

}  // namespace quoin
