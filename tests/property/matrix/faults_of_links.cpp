// SPDX-License-Identifier: BSL-1.0
// What links do to datagrams, in every phase.
#include "matrix.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

namespace {

/// Changes the settings of both links.
fault on_links(std::function<void(sim::link_settings&, sim::random&)> change) {
  fault made;
  made.begin = [change](world& w, sim::random& chance) {
    for (auto* const link : {&w.uplink(), &w.downlink()}) change(link->settings, chance);
  };
  return made;
}

}  // namespace

TEST_CASE("random loss of up to 40 percent, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) { link.loss.probability = chance.unit() * 0.4; }));
}

TEST_CASE("bursts of loss, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) {
    // Longer ones than these outlast a backoff that doubles with each two packets.
    link.loss.two_state = {0.02 + chance.unit() * 0.1, 1.0 / (1.0 + static_cast<double>(chance.below(4))), 0, 1};
  }));
}

TEST_CASE("duplicates that come up to two seconds later, in every phase", "[matrix]") {
  fault twice;
  twice.begin = [](world& w, sim::random& chance) {
    for (auto* const link : {&w.uplink(), &w.downlink()}) link->settings.duplication = chance.unit() * 0.5;
  };
  twice.each = [](sim::datagram&, bool, sim::random& chance) -> sim::verdict {
    return {.duplicate = chance.chance(0.2),
            .later = chance.chance(0.05) ? chance.between(duration{}, 2s) : duration{}};
  };
  check_row(twice);
}

TEST_CASE("reordering by up to 64 packets, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) {
    link.reordering = 0.1 + chance.unit() * 0.4;
    link.reordering_delay = chance.between(1ms, 64ms);
    link.jitter = chance.between(duration{}, 20ms);
  }));
}

TEST_CASE("flipped bits in up to 30 percent of datagrams, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) {
    link.corruption = chance.unit() * 0.3;
    link.corrupted_bits = 1 + static_cast<std::uint32_t>(chance.below(16));
  }));
}

TEST_CASE("datagrams cut short and datagrams with junk behind, in every phase", "[matrix]") {
  fault wrong_size;
  wrong_size.each = [](sim::datagram& d, bool, sim::random& chance) -> sim::verdict {
    if (chance.chance(0.15) && d.bytes.size() > 1) d.bytes.resize(1 + chance.below(d.bytes.size() - 1));
    if (chance.chance(0.15))
      for (auto more = chance.below(40); more > 0; --more) d.bytes.push_back(static_cast<std::uint8_t>(chance.next()));
    return {};
  };
  check_row(wrong_size);
}

TEST_CASE("delays of up to ten seconds, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) { link.delay += chance.between(100ms, 10s); }));
}

TEST_CASE("a short black hole one way, in every phase", "[matrix]") {
  fault hole;
  hole.begin = [](world& w, sim::random& chance) {
    auto const now = w.network().now();
    (chance.chance(0.5) ? w.uplink() : w.downlink()).black_out(now, now + chance.between(100ms, 20s));
  };
  check_row(hole);
}

TEST_CASE("a black hole for ever, in every phase", "[matrix]") {
  fault hole;
  hole.stays = true;
  hole.begin = [](world& w, sim::random& chance) {
    (chance.chance(0.5) ? w.uplink() : w.downlink()).black_out(w.network().now(), never);
  };
  using enum outcome;
  check_row(hole, {{phase::first_flight, {handshake_timeout}},
                   {phase::retry, {handshake_timeout}},
                   {phase::early_data, {handshake_timeout, complete}},
                   {phase::handshake_end, {idle_timeout, handshake_timeout}},
                   {phase::transfer, {idle_timeout}},
                   {phase::migration, {idle_timeout, refused}},
                   {phase::key_update, {idle_timeout}}});
}

TEST_CASE("a path that takes ever smaller datagrams, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) { link.mtu = 1200 + chance.below(300); }));
}

TEST_CASE("a path too small for QUIC, in every phase", "[matrix]") {
  auto narrow = on_links([](auto& link, auto& chance) { link.mtu = 600 + chance.below(600); });
  narrow.stays = true;
  using enum outcome;
  check_row(narrow, {{phase::first_flight, {handshake_timeout}},
                     {phase::retry, {handshake_timeout}},
                     {phase::early_data, {handshake_timeout}},
                     {phase::handshake_end, {idle_timeout, handshake_timeout}},
                     {phase::transfer, {idle_timeout}},
                     {phase::migration, {idle_timeout, refused}},
                     {phase::key_update, {idle_timeout}}});
}

TEST_CASE("marks that are cleared, that say congestion always, or that are dropped, in every phase", "[matrix]") {
  fault marks;
  marks.begin = [](world& w, sim::random& chance) {
    auto& link = chance.chance(0.5) ? w.uplink() : w.downlink();
    if (chance.chance(0.5))
      link.settings.bleaching = true;
    else
      link.settings.ce_marking = 1;
  };
  check_row(marks);

  fault dropped;
  dropped.each = [](sim::datagram& d, bool, sim::random&) -> sim::verdict { return {.drop = d.mark != ecn::not_ect}; };
  check_row(dropped);
}

TEST_CASE("a bottleneck with next to no queue, in every phase", "[matrix]") {
  check_row(on_links([](auto& link, auto& chance) {
    link.bottleneck.bits_per_second = 50'000 + chance.below(1'000'000);
    link.bottleneck.queue_bytes = 3'000 + chance.below(10'000);
  }));
}
