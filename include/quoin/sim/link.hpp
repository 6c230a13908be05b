// SPDX-License-Identifier: BSL-1.0
/// \file
/// One direction between two hosts, with everything that networks do to datagrams.
#pragma once

#include <quoin/sim/bottleneck.hpp>
#include <quoin/sim/datagram.hpp>
#include <quoin/sim/loss.hpp>
#include <quoin/sim/random.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace quoin::sim {

/// How a link treats datagrams. Everything may be changed while the link is in use; probabilities are from 0 to 1.
struct link_settings {
  duration delay{};   ///< from the end of transmission to arrival
  duration jitter{};  ///< up to so much more, evenly spread; by itself it never changes the order
  bottleneck_settings bottleneck{};
  loss_settings loss{};
  double reordering = 0;  ///< probability to arrive `reordering_delay` later, overtaken by those behind
  duration reordering_delay{};
  double duplication = 0;  ///< probability to arrive twice
  double corruption = 0;   ///< probability that bits are flipped, each drawn by itself
  std::uint32_t corrupted_bits = 1;
  std::size_t mtu = 65527;  ///< UDP payload bytes; larger datagrams are lost
  double ce_marking = 0;    ///< probability that an ECN-capable datagram is marked CE (RFC 3168 5)
  /// ECT(1) datagrams that wait longer than this in the queue are marked CE (RFC 9332 2.5.1.1); zero switches it off.
  duration l4s_threshold{};
  /// ECN-capable datagrams of either mark that wait longer than this are marked CE, by a queue that knows nothing of
  /// L4S (RFC 3168 5); zero switches it off.
  duration classic_threshold{};
  bool bleaching = false;  ///< every ECN mark is cleared
};

/// What a script wants done with one datagram, beside what the settings do.
struct verdict {
  bool drop = false;
  bool duplicate = false;
  duration later{};  ///< extra delay; those behind may overtake
};

/// Sees, and may change, the n-th datagram (the first is 1) before anything else happens to it.
using filter = std::function<verdict(datagram&, std::uint64_t n)>;

/// What became of datagrams.
enum class fate : std::uint8_t { delivered, filtered, blackout, too_large, lost, queue_full };
inline constexpr std::size_t fate_count = 6;

constexpr std::string_view name_of(fate f) noexcept {
  constexpr std::string_view names[]{"delivered", "filtered", "blackout", "too_large", "lost", "queue_full"};
  return names[index_of(f) % fate_count];
}

/// Takes datagrams at instants that never go back, and says when they arrive. Time comes from the caller and chance
/// from the seed alone. Each kind of chance has its own generator, so that changing one setting changes nothing else.
class link {
 public:
  explicit link(std::uint64_t seed, link_settings const& with = {}) noexcept
      : settings(with),
        loss_(seed),
        jitter_(seed, 4),
        reordering_(seed, 5),
        duplication_(seed, 6),
        corruption_(seed, 7),
        marking_(seed, 8) {}

  link_settings settings;

  /// Replaces the script; an empty one does nothing.
  void on_each(filter script) { filter_ = std::move(script); }

  /// Loses the n-th datagram from now on; 1 is the next.
  void drop(std::uint64_t n) { scripted_drops_.push_back(sent_ + n); }

  /// Loses the next `count` datagrams.
  void drop_next(std::uint64_t count) {
    for (std::uint64_t n = 1; n <= count; ++n) drop(n);
  }

  /// Loses everything that is sent from `begin` up to, not including, `end`.
  void black_out(instant begin, instant end) { blackouts_.push_back({begin, end}); }

  /// Sends one datagram. Calls `arrive(instant, datagram&&)` for each copy that will arrive.
  template <class Arrive>
  fate send(datagram what, instant now, Arrive&& arrive) {
    auto const outcome = judge(std::move(what), now, arrive);
    ++fates_[index_of(outcome)];
    return outcome;
  }

  /// Datagrams that were given to `send`.
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
  [[nodiscard]] std::uint64_t count(fate f) const noexcept { return fates_[index_of(f)]; }

 private:
  struct window {
    instant begin;
    instant end;
  };

  template <class Arrive>
  fate judge(datagram what, instant now, Arrive& arrive) {
    ++sent_;
    verdict const script = filter_ ? filter_(what, sent_) : verdict{};
    // Chance is drawn for every datagram, needed or not, so that one datagram's fate never shifts another's.
    bool const lost = loss_.loses(settings.loss);
    auto const jitter = jitter_.between(duration{}, settings.jitter);
    bool const reordered = reordering_.chance(settings.reordering);
    bool const doubled = duplication_.chance(settings.duplication) || script.duplicate;
    bool const corrupted = corruption_.chance(settings.corruption);
    bool const marked = marking_.chance(settings.ce_marking);

    if (script.drop || take_scripted_drop()) return fate::filtered;
    if (in_blackout(now)) return fate::blackout;
    if (what.bytes.size() > settings.mtu) return fate::too_large;
    if (lost) return fate::lost;
    auto const transmitted = bottleneck_.transmit(settings.bottleneck, what.bytes.size(), now);
    if (!transmitted) return fate::queue_full;

    if (settings.bleaching) what.mark = ecn::not_ect;
    bool const deep = waited_longer(settings.classic_threshold, *transmitted - now, what.bytes.size());
    bool const shallow = waited_longer(settings.l4s_threshold, *transmitted - now, what.bytes.size());
    if (what.mark == ecn::ect1 && shallow) what.mark = ecn::ce;
    if ((marked || deep) && what.mark != ecn::not_ect) what.mark = ecn::ce;
    if (corrupted) corrupt(what.bytes);
    auto at = std::max(*transmitted + settings.delay + jitter, latest_in_order_);
    if (auto const extra = script.later + (reordered ? settings.reordering_delay : duration{}); extra > duration{})
      at += extra;
    else
      latest_in_order_ = at;
    if (doubled) arrive(at, datagram{what});
    arrive(at, std::move(what));
    return fate::delivered;
  }

  /// Whether a queue with a step there marks a datagram that was through after `took`, of which its own transmission is
  /// a part.
  [[nodiscard]] bool waited_longer(duration threshold, duration took, byte_count payload) const noexcept {
    auto const& slow = settings.bottleneck;
    if (threshold <= duration::zero() || slow.bits_per_second == 0) return false;
    auto const own = (payload + slow.overhead) * 8 * 1'000'000'000 / slow.bits_per_second;
    return took - duration{static_cast<duration::rep>(own)} > threshold;
  }

  bool take_scripted_drop() {
    auto const found = std::find(scripted_drops_.begin(), scripted_drops_.end(), sent_);
    if (found == scripted_drops_.end()) return false;
    scripted_drops_.erase(found);
    return true;
  }

  [[nodiscard]] bool in_blackout(instant now) const noexcept {
    return std::any_of(blackouts_.begin(), blackouts_.end(),
                       [&](window const& w) { return w.begin <= now && now < w.end; });
  }

  void corrupt(std::vector<std::uint8_t>& bytes) noexcept {
    if (bytes.empty()) return;
    for (std::uint32_t i = 0; i < settings.corrupted_bits; ++i) {
      auto const bit = corruption_.below(bytes.size() * 8);
      bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ 1U << bit % 8);
    }
  }

  loss_model loss_;
  random jitter_;
  random reordering_;
  random duplication_;
  random corruption_;
  random marking_;
  bottleneck bottleneck_;
  filter filter_;
  std::vector<std::uint64_t> scripted_drops_;
  std::vector<window> blackouts_;
  instant latest_in_order_ = instant::min();
  std::uint64_t sent_ = 0;
  std::array<std::uint64_t, fate_count> fates_{};
};

}  // namespace quoin::sim
