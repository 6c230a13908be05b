// SPDX-License-Identifier: BSL-1.0
// A peer that has the keys and breaks a rule once, in every phase: the other end closes with exactly the rule's code,
// and both ends say so.
#include "bad_input/frame_bytes.hpp"
#include "matrix.hpp"
#include "world/seal_ledger.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <deque>

using namespace quoin::property;
using quoin::testing::numbers;

namespace {

/// Frames that must not be in a packet of these kinds, or must not be from `culprit`.
struct misdeed {
  std::string_view name;
  std::vector<std::uint8_t> frames;
  error_code code;
  std::vector<event::packet_kind> in;
  std::optional<role> culprit{};
};

constexpr std::uint64_t beyond_all = std::uint64_t{1} << 40;

/// The first of a peer's own bidirectional streams, and of its victim's.
constexpr std::uint64_t own(role culprit) {
  return culprit == role::client ? 0 : 1;
}
constexpr std::uint64_t others(role culprit) {
  return own(peer_of(culprit));
}

std::vector<misdeed> misdeeds_of(role culprit) {
  using enum error_code;
  using enum event::packet_kind;
  std::vector<event::packet_kind> const any{initial, handshake, zero_rtt, one_rtt};
  auto const early = std::vector{zero_rtt};
  auto const late = std::vector{one_rtt};
  std::vector<misdeed> all{
      {"a frame of a type that nobody knows", numbers({0x3f0b}), frame_encoding_error, any},
      {"an ACK for what was never sent",
       testing::ack(beyond_all, beyond_all),
       protocol_violation,
       {initial, handshake, one_rtt}},
      {"a STREAM frame before its time",
       testing::stream(own(culprit), 0, {1}),
       protocol_violation,
       {initial, handshake}},
      {"an ACK in 0-RTT", testing::ack(0, 0), protocol_violation, early, role::client},
      {"CRYPTO in 0-RTT", testing::crypto(0, {1}), protocol_violation, early, role::client},
      {"a client's HANDSHAKE_DONE", numbers({0x1e}), protocol_violation, late, role::client},
      {"a client's NEW_TOKEN", numbers({0x07, 1, 0}), protocol_violation, late, role::client},
      {"more streams than there are", numbers({0x12, (std::uint64_t{1} << 60) + 1}), frame_encoding_error, late},
      {"data beyond the limit", testing::stream(own(culprit), beyond_all, {1}), flow_control_error, late},
      {"a stream beyond the limit", testing::stream(own(culprit) + 4 * beyond_all, 0, {1}), stream_limit_error, late},
      {"data on the other's stream that it never opened", testing::stream(others(culprit) + 4'000, 0, {1}),
       stream_state_error, late},
      {"an ID retired that was never issued", numbers({0x19, 1'000}), protocol_violation, late},
      {"an ID that retires itself", testing::new_id(9, 10, 1, 1), frame_encoding_error, late},
      {"CRYPTO that ends nowhere", testing::crypto((std::uint64_t{1} << 62) - 1, {1}), frame_encoding_error, late},
  };
  std::erase_if(all, [&](misdeed const& each) { return each.culprit.value_or(culprit) != culprit; });
  return all;
}

/// Overwrites the frames of one packet of the culprit's, some packets after it was told to.
class misbehaving final : public scenario::watcher {
 public:
  misbehaving(misdeed const& what, role culprit, std::uint64_t patience)
      : what_(what), culprit_(culprit), patience_(patience) {}

  void begin() {
    begun_ = true;
    scenario::seal_ledger::current()->tamper = [this](packet_in_place const& packet) { tamper(packet); };
  }
  /// Whether it came to that, and the packet arrived.
  [[nodiscard]] bool done() const noexcept { return arrived_; }

  using watcher::on;
  void on(role side, std::size_t, event::packet_sent const& e) override {
    told_.push_back({side, e.kind, e.number, e.size});
    if (told_.size() > 100) told_.pop_front();
  }
  void on(role side, std::size_t, event::packet_received const& e) override {
    arrived_ = arrived_ || (spoilt_ && side != culprit_ && e.number == spoilt_->number && e.kind == spoilt_->kind);
  }

 private:
  struct told {
    role side;
    event::packet_kind kind;
    packet_number number;
    byte_count size;
  };

  void tamper(packet_in_place const& packet) {
    // Tokens and tickets are sealed, too, and nobody is told.
    auto const at = std::find_if(told_.rbegin(), told_.rend(), [&](told const& each) {
      return each.number == packet.number && each.size == packet.bytes.size();
    });
    if (!begun_ || spoilt_ || at == told_.rend() || at->side != culprit_) return;
    if (std::find(what_.in.begin(), what_.in.end(), at->kind) == what_.in.end()) return;
    auto const payload =
        packet.bytes.subspan(packet.header_size, packet.bytes.size() - packet.header_size - aead_tag_size);
    if (payload.size() < what_.frames.size() || patience_-- > 0) return;
    std::fill(std::copy(what_.frames.begin(), what_.frames.end(), payload.begin()), payload.end(), std::uint8_t{0});
    spoilt_ = *at;
  }

  misdeed const& what_;
  role culprit_;
  std::uint64_t patience_;
  std::deque<told> told_;
  bool begun_ = false;
  std::optional<told> spoilt_;
  bool arrived_ = false;
};

struct verdict {
  bool committed = false;
  cell_result cell;
};

verdict play_with(misdeed const& what, role culprit, phase when, std::uint64_t seed) {
  std::shared_ptr<misbehaving> peer;
  fault breaks_a_rule;
  breaks_a_rule.mixes_connections = true;  // whoever misbehaves breaks invariants
  breaks_a_rule.prepare = [&](world_options& options, sim::random& chance) {
    peer = std::make_shared<misbehaving>(what, culprit, chance.below(3));
    options.watch = peer.get();
  };
  breaks_a_rule.begin = [&](world&, sim::random&) { peer->begin(); };
  auto found = play(breaks_a_rule, when, seed);
  return {peer->done(), std::move(found)};
}

void check_verdict(verdict const& found, misdeed const& what, role culprit, phase when) {
  CHECK(found.cell.how != outcome::stuck);
  // Who closes is not listened to any more, and early data may all have arrived before.
  if (!found.committed || when == phase::close) return;
  auto const& victim = found.cell.ends[index_of(peer_of(culprit))];
  if (when == phase::early_data && found.cell.how == outcome::complete && !victim) return;
  REQUIRE(victim);
  CHECK(victim->origin == event::close_origin::local);
  CHECK_FALSE(victim->application);
  CHECK(name_of(static_cast<error_code>(victim->code)) == name_of(what.code));
  auto const& heard = found.cell.ends[index_of(culprit)];
  REQUIRE(heard);
  // The close goes to the address that is proven, and that is not the one after a move (RFC 9000 10.2.1, 9.3).
  if (when == phase::migration && heard->origin == event::close_origin::stateless_reset) return;
  CHECK(heard->code == victim->code);
}

}  // namespace

TEST_CASE("a peer that breaks a rule once, in every phase", "[matrix]") {
  std::array<std::size_t, all_phases.size()> committed{};
  for (auto const culprit : {role::client, role::server})
    for (auto const& what : misdeeds_of(culprit))
      for (auto const when : all_phases)
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
          auto const found = play_with(what, culprit, when, seed);
          INFO((culprit == role::client ? "client: " : "server: ")
               << what.name << ", " << name_of(when) << ", seed " << seed << ": " << name_of(found.cell.how)
               << found.cell.why);
          check_verdict(found, what, culprit, when);
          committed[index_of(when)] += found.committed ? 1 : 0;
        }
  for (auto const when : all_phases) {
    INFO(name_of(when));
    CHECK(committed[index_of(when)] >= (when == phase::close ? 1 : 6));
  }
}
