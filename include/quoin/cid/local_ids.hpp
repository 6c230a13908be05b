// SPDX-License-Identifier: BSL-1.0
/// \file
/// The connection IDs that we issue to the peer: which are active, which must still be told, which it gave back
/// (RFC 9000 5.1.1, 19.15, 19.16).
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/error.hpp>
#include <quoin/core/limits.hpp>

#include <algorithm>
#include <optional>

namespace quoin {

/// What a NEW_CONNECTION_ID frame says (RFC 9000 19.15).
struct pending_id {
  std::uint64_t sequence = 0;
  std::uint64_t retire_prior_to = 0;
  connection_id id;
  stateless_reset_token token{};
};

/// The IDs by which the peer addresses us. At most `limits::issued_connection_ids` are active at a time, whatever the
/// peer allows; memory is fixed. We never ask for retirement, so every `retire_prior_to` is 0.
class local_connection_ids {
 public:
  /// `first` is the Source Connection ID of our handshake packets: sequence number 0 (RFC 9000 5.1.1).
  explicit local_connection_ids(connection_id const& first) {
    issued_.push_back({0, first, {}, delivery::acked, true});
  }

  /// For packets of another path ID than 0: numbers begin at 0, and nothing is issued yet
  /// (draft-ietf-quic-multipath 3.2).
  local_connection_ids() noexcept : next_sequence_(0) {}

  /// The peer's active_connection_id_limit. Until it is known nothing more is issued.
  void set_peer_limit(std::uint64_t active_connection_id_limit) noexcept { peer_limit_ = active_connection_id_limit; }

  /// Whether another ID should be made and passed to `add`. Never for an endpoint that is addressed without an ID
  /// (RFC 9000 19.15).
  [[nodiscard]] bool wants_more() const noexcept {
    if (zero_length()) return false;
    return issued_.size() < std::min<std::uint64_t>(peer_limit_, limits::issued_connection_ids);
  }

  /// Issues `id`, which is new to this endpoint, and owes the peer a frame about it. Only when `wants_more()`.
  /// Returns its sequence number, one more than the last (RFC 9000 5.1.1).
  std::uint64_t add(connection_id const& id, stateless_reset_token const& token) {
    QUOIN_ASSERT(wants_more() && !id.empty() && !contains(id));
    issued_.push_back({next_sequence_, id, token, delivery::owed, false});
    return next_sequence_++;
  }

  /// The ID that goes with a server's preferred address, told in its transport parameters: sequence number 1, before
  /// any other is issued (RFC 9000 5.1.1).
  void add_preferred(connection_id const& id, stateless_reset_token const& token) {
    QUOIN_ASSERT(next_sequence_ == 1 && !zero_length() && !id.empty() && !contains(id));
    issued_.push_back({next_sequence_++, id, token, delivery::acked, true});
  }

  [[nodiscard]] bool has_pending() const noexcept { return owed() != nullptr; }

  /// The lowest ID that the peer must still be told, or told again. Stays so until `mark_sent`.
  [[nodiscard]] std::optional<pending_id> next_pending() const noexcept {
    if (auto const* entry = owed()) return pending_id{entry->sequence, 0, entry->id, entry->token};
    return std::nullopt;
  }

  void mark_sent(std::uint64_t sequence) noexcept {
    if (auto* entry = find(sequence)) {
      if (entry->state == delivery::owed) entry->state = delivery::in_flight;
      entry->ever_sent = true;
    }
  }

  /// A packet with the frame was lost, or is probed for: it is owed again unless it has arrived or was retired since.
  void on_lost(std::uint64_t sequence) noexcept {
    if (auto* entry = find(sequence); entry != nullptr && entry->state == delivery::in_flight)
      entry->state = delivery::owed;
  }

  /// All that may not have arrived is owed again.
  void tell_again() noexcept {
    for (auto& entry : issued_)
      if (entry.state == delivery::in_flight) entry.state = delivery::owed;
  }

  void on_acked(std::uint64_t sequence) noexcept {
    if (auto* entry = find(sequence)) entry->state = delivery::acked;
  }

  /// RETIRE_CONNECTION_ID in a packet that was addressed to `packet_destination`. Returns the ID that no longer names
  /// this connection, nothing when it was retired before. PROTOCOL_VIOLATION for a number that the peer was never told,
  /// and for the very ID that brought the frame (RFC 9000 19.16).
  [[nodiscard]] result<std::optional<connection_id>> on_retire(std::uint64_t sequence,
                                                               connection_id const& packet_destination) {
    // RFC 9000 19.16: to an endpoint that is addressed without an ID, the frame means nothing.
    if (zero_length())
      return fail(error_code::protocol_violation, "RETIRE_CONNECTION_ID for a zero-length connection ID");
    if (sequence >= next_sequence_)
      return fail(error_code::protocol_violation, "RETIRE_CONNECTION_ID for a connection ID that was never issued");
    auto const* entry = find(sequence);
    if (entry == nullptr) return std::optional<connection_id>{};
    if (!entry->ever_sent)
      return fail(error_code::protocol_violation, "RETIRE_CONNECTION_ID for a connection ID that was never sent");
    if (entry->id == packet_destination)
      return fail(error_code::protocol_violation, "RETIRE_CONNECTION_ID for the connection ID that its packet carries");
    auto const retired = entry->id;
    issued_.erase_at(static_cast<std::size_t>(entry - issued_.begin()));
    return std::optional{retired};
  }

  /// Calls `f(connection_id const&)` for every ID that names this connection now.
  template <class F>
  void for_each_active(F f) const {
    for (auto const& entry : issued_) f(entry.id);
  }

  [[nodiscard]] bool contains(connection_id const& id) const noexcept {
    return std::any_of(issued_.begin(), issued_.end(), [&](auto const& entry) { return entry.id == id; });
  }

  [[nodiscard]] std::size_t active() const noexcept { return issued_.size(); }

  /// The sequence number of the ID that would be issued next.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_sequence_; }

 private:
  enum class delivery : std::uint8_t { owed, in_flight, acked };
  struct issued_id {
    std::uint64_t sequence = 0;
    connection_id id;
    stateless_reset_token token{};
    delivery state = delivery::owed;
    bool ever_sent = false;
  };

  // The first ID is the handshake's, so it alone can be empty; then it is the only one, for ever.
  [[nodiscard]] bool zero_length() const noexcept { return !issued_.empty() && issued_[0].id.empty(); }

  [[nodiscard]] issued_id const* owed() const noexcept {
    auto const at =
        std::find_if(issued_.begin(), issued_.end(), [](auto const& e) { return e.state == delivery::owed; });
    return at == issued_.end() ? nullptr : at;
  }
  [[nodiscard]] issued_id* find(std::uint64_t sequence) noexcept {
    auto* const at =
        std::find_if(issued_.begin(), issued_.end(), [&](auto const& e) { return e.sequence == sequence; });
    return at == issued_.end() ? nullptr : at;
  }

  static_vector<issued_id, limits::issued_connection_ids> issued_;  // in ascending order of sequence
  std::uint64_t next_sequence_ = 1;
  std::uint64_t peer_limit_ = 0;
};

}  // namespace quoin
