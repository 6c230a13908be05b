// SPDX-License-Identifier: BSL-1.0
// Credit in the smallest pieces: what it makes a victim do and keep is counted.
#include "outcome.hpp"

using namespace quoin;
using namespace quoin::testing;
using namespace std::chrono_literals;
using enum quoin::encryption_level;

namespace {

constexpr auto uni = stream_direction::unidirectional;

/// As if credit were no nuisance, however often it comes.
peer_options very_patient() {
  peer_options options;
  options.settings.nuisance_burst = 1'000'000;
  return options;
}

/// What a victim has taken from the heap and how often, at one moment.
struct heap_seen {
  explicit heap_seen(hostile_peer const& peer) : bytes(peer.victim.heap_bytes()), takings(peer.victim.heap_takings()) {}
  std::size_t bytes;
  std::uint64_t takings;
};

/// Nothing was kept since then, and next to nothing taken.
void check_nothing_grew(hostile_peer const& peer, heap_seen const& since) {
  CHECK(peer.victim.heap_bytes() <= since.bytes + room_of_records);
  CHECK(peer.victim.heap_takings() - since.takings <= 16);
}

std::size_t count_events(hostile_peer& peer) {
  std::size_t events = 0;
  while (peer.victim->next_event()) ++events;
  return events;
}

/// A victim that has much to say and hears of credit in the smallest pieces.
struct thirsty {
  explicit thirsty(role sender, bool stream_is_free)
      : at(sender, stage::confirmed, almost_without_credit(stream_is_free)) {
    auto const opened = at.peer.victim->open(uni);
    REQUIRE(opened);
    id = *opened;
    auto const taken = at.peer.victim->write(id, repeated(50'000));
    REQUIRE(taken);
    written = *taken;
    at.peer.absorb();
    REQUIRE(at.peer.stream_data[id.value()].empty());
  }

  /// Either the connection or the stream has no credit.
  static peer_options almost_without_credit(bool stream_is_free) {
    auto options = very_patient();
    options.edit = [stream_is_free](wire::transport_parameters& p) {
      p.initial_max_data = stream_is_free ? 0 : 1'000'000;
      p.initial_max_stream_data_uni = stream_is_free ? 1'000'000 : 0;
    };
    return options;
  }

  scene at;
  stream_id id;
  std::size_t written = 0;
};

}  // namespace

TEST_CASE("credit that comes byte by byte is answered with two packets for each, and costs nothing that stays",
          "[bad_input][limits][rfc9000][cve_class_credit_flood]") {
  for (auto const sender : both_roles)
    for (bool const stream_is_free : {false, true})
      for (std::uint64_t const frames_a_packet : {1U, 100U})
        for (bool const acknowledges : {true, false}) {
          CAPTURE(name_of_role(sender), stream_is_free, frames_a_packet, acknowledges);
          std::uint64_t const times = frames_a_packet == 1 ? 4'000 : 400;
          thirsty v{sender, stream_is_free};
          auto& peer = v.at.peer;
          std::uint64_t credit = 0;
          auto const before = peer.datagrams;
          auto const said = peer.bytes_sent_by_victim;
          std::optional<heap_seen> early;
          for (std::uint64_t i = 0; i < times; ++i) {
            bytes payload;
            for (std::uint64_t k = 0; k < frames_a_packet; ++k) {
              ++credit;
              payload = std::move(payload) +
                        (stream_is_free ? numbers({0x10, credit}) : numbers({0x11, v.id.value(), credit}));
            }
            peer.now += 1ms;  // as pacing wants it
            peer.send(one_rtt, payload);
            peer.absorb();
            if (acknowledges && i % 16 == 15) peer.acknowledge(one_rtt);
            if (i == times / 4) early.emplace(peer);
          }
          CHECK_FALSE(peer.victim->closing());
          // The byte, and that there is no more credit (RFC 9000 4.1): acknowledgements ride along, and it does not
          // matter how many frames were in the packet.
          CHECK(peer.datagrams - before <= 2 * times);
          CHECK(peer.bytes_sent_by_victim - said <= times * (100 + frames_a_packet));
          check_nothing_grew(peer, *early);
          CHECK(count_events(peer) <= 8);
          if (!acknowledges) continue;
          // It was used all the same.
          auto const usable = std::min<std::uint64_t>(credit, v.written);
          for (int i = 0; i < 100 && peer.stream_data[v.id.value()].size() < usable; ++i) {
            peer.acknowledge(one_rtt);
            peer.pass(1ms);
          }
          CHECK(peer.stream_data[v.id.value()].size() == usable);
        }
}

TEST_CASE("more and more streams are allowed, and nobody is told more than once",
          "[bad_input][limits][rfc9000][cve_class_credit_flood]") {
  for (auto const sender : both_roles) {
    CAPTURE(name_of_role(sender));
    scene at(sender, stage::confirmed, very_patient());
    while (at.peer.victim->open(uni)) {
    }
    static_cast<void>(count_events(at.peer));
    at.peer.absorb();
    auto const allowed = at.peer.victim->open_streams();
    auto const before = at.peer.datagrams;
    std::optional<heap_seen> early;
    for (std::uint64_t i = 0; i < 4'000; ++i) {
      at.peer.send(one_rtt, numbers({0x12, 1'000 + i, 0x13, 1'000 + i}));
      at.peer.absorb();
      if (i % 16 == 15) at.peer.acknowledge(one_rtt);
      if (i == 1'000) early.emplace(at.peer);
    }
    CHECK(at.peer.victim->open_streams() == allowed);
    CHECK(at.peer.datagrams - before <= 4'008);
    check_nothing_grew(at.peer, *early);
    CHECK(count_events(at.peer) <= 2);
    CHECK(at.peer.victim->open(uni));
  }
}
