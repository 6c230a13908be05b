// SPDX-License-Identifier: BSL-1.0
/// \file
/// The keys of 1-RTT packets, which both sides replace now and then: key updates and their limits (RFC 9001 6).
#pragma once

#include <quoin/core/error.hpp>
#include <quoin/core/time.hpp>
#include <quoin/keys/key_schedule.hpp>
#include <quoin/keys/packet_train.hpp>
#include <quoin/keys/path_phases.hpp>
#include <quoin/keys/protection_types.hpp>

#include <optional>
#include <utility>

namespace quoin {

/// Seals with the current keys; opens with the previous, the current or the next ones. The next keys exist before they
/// are needed, so that a packet which asks for them takes as long as any other (RFC 9001 9.5).
///
/// The connection calls, beside `seal` and `open`: `on_opened` for each packet opened, in order, before anything is
/// sent; `on_acked` and `on_ack_sent` for ACK frames of the application space; `expire` when `deadline()` is reached.
/// `Phases` is `multipath_phases` where each path has packet numbers of its own; all these calls are then about the
/// path that `use_path` named last.
template <packet_protection P, class Phases = single_path_phases>
class one_rtt_keys {
 public:
  one_rtt_keys() = default;
  /// With limits below those of the suite; for tests and for the cautious.
  explicit one_rtt_keys(aead_limits const& chosen) : chosen_limits_(chosen), limits_(chosen) {}

  /// Makes the keys of one direction, and those of the phase after it, from its traffic secret.
  void install(key_direction direction, version v, cipher_suite suite, byte_view secret) {
    version_ = v;
    suite_ = suite;
    limits_ = tighter(chosen_limits_, limits_of(suite));
    auto& keys = direction == key_direction::seal ? seal_ : open_;
    keys.header.emplace(make_header_key<P>(v, suite, secret));
    keys.current.emplace(make_packet_key<P>(v, suite, secret));
    keys.secret = traffic_secret(secret);
    derive_next(keys);
  }

  [[nodiscard]] bool can_seal() const noexcept { return seal_.current.has_value(); }
  [[nodiscard]] bool can_open() const noexcept { return open_.current.has_value(); }

  /// What follows is about another path (draft-ietf-quic-multipath 2.4).
  void use_path([[maybe_unused]] std::uint32_t path) noexcept requires Phases::several {
    if constexpr (Phases::several) phases_.use_path(path);  // clang 14 looks at it in any case
  }
  /// A path is gone for good.
  void forget_path([[maybe_unused]] std::uint32_t path) noexcept requires Phases::several {
    if constexpr (Phases::several) phases_.forget_path(path);
  }

  /// The bit for headers that are about to be written and sealed.
  [[nodiscard]] bool key_phase() const noexcept { return (phase_ & 1) != 0; }
  /// Key updates so far.
  [[nodiscard]] std::uint64_t phase() const noexcept { return phase_; }

  /// Seals every packet, in ascending order of their numbers; `can_seal()` must hold, and the headers must carry
  /// `key_phase()`. Nothing is checked against the limits: ask `exhausted()`.
  void seal(std::span<packet_to_seal> packets) noexcept {
    QUOIN_ASSERT(can_seal());
    if (packets.empty()) return;
    QUOIN_ASSERT(((packets.front().bytes[0] & 0x04) != 0) == key_phase());
    if (auto& lowest = phases_.numbers().lowest_sealed; lowest == no_packet) lowest = packets.front().number;
    for (auto rest = packets; !rest.empty();) {
      auto const now = rest.first(std::min(rest.size(), detail::train_size));
      detail::seal_train(phases_.key_for_path(*seal_.current), *seal_.header, now);
      rest = rest.subspan(now.size());
    }
    sealed_in_phase_ += packets.size();
    sealed_ += packets.size();
  }

  /// Opens every packet that can be. No key changes by it: only `on_opened` lets a packet have consequences.
  void open(std::span<packet_to_open> packets) noexcept {
    packet_number expected = 0;
    for (auto rest = packets; !rest.empty();) {
      auto const now = rest.first(std::min(rest.size(), detail::train_size));
      open_train(now, expected);
      expected = detail::expected_after(expected, now);
      rest = rest.subspan(now.size());
    }
  }

  /// Draws the consequences of an opened packet: follows the peer's key update, so that whatever is sent next has the
  /// new phase (RFC 9001 6.2), and starts the time after which the old keys go. Fails with KEY_UPDATE_ERROR.
  result<> on_opened(packet_to_open const& packet, instant now, duration pto) {
    QUOIN_ASSERT(packet.status == open_status::opened);
    auto& seen = phases_.numbers();
    if (packet.phase < phase_) {
      // RFC 9001 6.4: old keys must not come back behind newer ones.
      if (seen.lowest_opened != no_packet && packet.number > seen.lowest_opened)
        return fail(error_code::key_update_error, "old keys used after newer ones");
      return {};
    }
    if (packet.phase > phase_) {
      if (seen.highest_opened != no_packet && packet.number < seen.highest_opened)
        return fail(error_code::key_update_error, "new keys used before older ones");
      // RFC 9001 6.2: nobody updates again before the last update is known to have arrived.
      if (phase_ > 0 && !ack_sent_in_phase_)
        return fail(error_code::key_update_error, "keys updated again before the last update was acknowledged");
      rotate();
      refresh_at_ = now;
    }
    seen.lowest_opened = seen.lowest_opened == no_packet ? packet.number : std::min(seen.lowest_opened, packet.number);
    seen.highest_opened =
        seen.highest_opened == no_packet ? packet.number : std::max(seen.highest_opened, packet.number);
    if (open_.previous && drop_at_ == never) drop_at_ = saturating_add(now, saturating_multiply(pto, 3));
    return {};
  }

  /// The peer acknowledged packets up to `largest`.
  void on_acked(packet_number largest) noexcept {
    if (sealed_in_phase_from(largest)) acked_in_phase_ = true;
  }

  /// The same for an ACK frame whose packet was opened with the keys of `carrier_phase` (`packet_to_open::phase`): a
  /// peer that acknowledges new keys under old ones has not followed the update (RFC 9001 6.2), KEY_UPDATE_ERROR.
  result<> on_acked(packet_number largest, std::uint64_t carrier_phase) noexcept {
    if (carrier_phase < phase_ && sealed_in_phase_from(largest))
      return fail(error_code::key_update_error, "new keys acknowledged under old ones");
    on_acked(largest);
    return {};
  }

  /// An ACK frame with this largest number was written into a packet to be sealed. A peer may update again only after
  /// one for its packets of the current phase, so whoever forgets to say this will accuse an honest peer.
  void on_ack_sent(packet_number largest) noexcept {
    auto const lowest = phases_.numbers().lowest_opened;
    if (lowest != no_packet && largest >= lowest) ack_sent_in_phase_ = true;
  }

  /// Whether we may start a key update, handshake confirmation aside: a packet of this phase was acknowledged, and the
  /// keys before it are gone, which is three PTOs later (RFC 9001 6.1, 6.5).
  [[nodiscard]] bool can_update() const noexcept { return can_open() && acked_in_phase_ && !open_.previous; }

  /// Starts a key update; `can_update()` must hold. Old keys stay until the peer has followed and some time has passed.
  void update(instant) {
    QUOIN_ASSERT(can_update());
    derive_missing();
    rotate();
    derive_missing();
  }

  /// Whether it is time for a key update (RFC 9001 6.6); it still takes `can_update()`.
  [[nodiscard]] bool update_due() const noexcept { return sealed_in_phase_ >= limits_.sealed_before_update; }

  /// The limits that hold: of the suite once there are keys, or lower.
  [[nodiscard]] aead_limits const& limits() const noexcept { return limits_; }

  /// RFC 9001 6.6: the connection must be closed with AEAD_LIMIT_REACHED and used for nothing else.
  [[nodiscard]] bool exhausted() const noexcept {
    return sealed_in_phase_ >= limits_.sealed || forged_ >= limits_.forged;
  }

  /// When `expire` has something to do: to make the next keys, at once, or to drop the previous ones.
  [[nodiscard]] instant deadline() const noexcept { return std::min(drop_at_, refresh_at_); }

  void expire(instant now) {
    if (now >= refresh_at_) derive_missing();
    if (now >= drop_at_) {
      open_.previous.reset();
      drop_at_ = never;
    }
  }

  /// Throws all keys away.
  void discard() noexcept {
    seal_ = {};
    open_ = {};
    drop_at_ = refresh_at_ = never;
  }

  /// Packets sealed under all keys, and packets that did not authenticate.
  [[nodiscard]] std::uint64_t sealed() const noexcept { return sealed_; }
  [[nodiscard]] std::uint64_t forged() const noexcept { return forged_; }

 private:
  using packet_key = typename Phases::template key_type<typename P::packet_key>;

  struct direction_keys {
    std::optional<typename P::header_key> header;  // the same in every phase (RFC 9001 6.1)
    std::optional<packet_key> previous;            // for opening only
    std::optional<packet_key> current;
    std::optional<packet_key> next;
    traffic_secret secret;  // of `next` where that is made, else of `current`
  };

  void derive_next(direction_keys& keys) {
    auto const secret = next_secret<typename P::kdf>(version_, suite_, keys.secret);
    // If there is no memory for the key, nothing has changed.
    keys.next.emplace(make_packet_key<P>(version_, suite_, secret.view()));
    keys.secret = secret;
  }

  void derive_missing() {
    if (!seal_.next) derive_next(seal_);
    if (!open_.next) derive_next(open_);
    refresh_at_ = never;
  }

  /// Both directions step to the next phase together. The keys after it are made later: see `refresh_at_`.
  void rotate() noexcept {
    open_.previous = std::exchange(open_.current, std::exchange(open_.next, std::nullopt));
    seal_.current = std::exchange(seal_.next, std::nullopt);
    ++phase_;
    sealed_in_phase_ = 0;
    phases_.begin_phase();
    acked_in_phase_ = ack_sent_in_phase_ = false;
    drop_at_ = never;
  }

  /// Which keys a packet asks for, as steps from the current ones. RFC 9001 6.5: the bit says whether it is the current
  /// phase; if not, the number says on which side of it. Where the keys asked for are not there, others stand in and
  /// fail in the same time (RFC 9001 6.3).
  [[nodiscard]] int step_of(packet_to_open const& packet) const noexcept {
    if (packet.key_phase == key_phase()) return 0;
    auto const highest = phases_.numbers().highest_opened;
    bool const later = phase_ == 0 ? true : highest != no_packet && packet.number > highest;
    bool const forward = later ? open_.next.has_value() : !open_.previous.has_value();
    return forward ? 1 : -1;
  }

  /// Whether a packet up to `largest` was sealed with the keys of this phase.
  [[nodiscard]] bool sealed_in_phase_from(packet_number largest) const noexcept {
    auto const lowest = phases_.numbers().lowest_sealed;
    return lowest != no_packet && largest >= lowest;
  }

  typename P::packet_key& keys_at(int step) noexcept {
    auto& keys = step == 0 ? open_.current : step > 0 ? open_.next : open_.previous;
    QUOIN_ASSERT(keys.has_value());
    return phases_.key_for_path(*keys);
  }

  void open_train(std::span<packet_to_open> packets, packet_number expected) noexcept {
    if (!can_open()) {
      for (auto& packet : packets) packet.status = open_status::no_keys;
      return;
    }
    detail::train<std::uint8_t> shown;
    detail::show_headers(*open_.header, packets, expected, shown);
    // Packets of one phase usually come together: each run of them is one call.
    for (std::size_t begin = 0; begin < shown.size();) {
      auto const step = step_of(packets[shown[begin]]);
      auto end = begin;
      while (end < shown.size() && step_of(packets[shown[end]]) == step) {
        packets[shown[end]].phase = phase_ + static_cast<std::uint64_t>(static_cast<std::int64_t>(step));
        ++end;
      }
      forged_ += detail::open_shown(keys_at(step), packets, shown.items().subspan(begin, end - begin));
      begin = end;
    }
  }

  direction_keys seal_;
  direction_keys open_;
  version version_ = version::v1;
  cipher_suite suite_ = cipher_suite::aes_128_gcm_sha256;
  aead_limits chosen_limits_{no_aead_limits};
  aead_limits limits_;
  std::uint64_t phase_ = 0;
  std::uint64_t sealed_in_phase_ = 0;
  std::uint64_t sealed_ = 0;
  std::uint64_t forged_ = 0;
  Phases phases_;
  bool acked_in_phase_ = false;
  bool ack_sent_in_phase_ = false;
  instant drop_at_ = never;
  instant refresh_at_ = never;
};

}  // namespace quoin
