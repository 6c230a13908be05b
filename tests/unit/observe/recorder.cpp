// SPDX-License-Identifier: BSL-1.0
#include <quoin/observe/recorder.hpp>

#include <conformance/observer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace quoin;
using namespace std::chrono_literals;

TEST_CASE("a recorder bears every event and writes one line for each", "[observe]") {
  conformance::check_observer(recorder{});
  recorder records;
  long events = 0;
  auto const tell = [&](auto const& e) {
    records.on(e);
    ++events;
  };
  conformance::tell_plausible_connection(tell);
  conformance::tell_extremes(tell);
  CHECK(std::count(records.text().begin(), records.text().end(), '\n') == events);
}

TEST_CASE("a recorder says what happened, when and with which numbers", "[observe]") {
  recorder records;
  constexpr std::array<std::uint8_t, 2> frames{1, 0};
  records.on(event::packet_sent{instant{1500us + 7ns}, event::packet_kind::initial, 3, 1200, frames, ecn::ect0});
  records.on(event::packet_sent{instant{2s}, event::packet_kind::retry, 0, 90, {}, ecn::not_ect});
  records.on(event::packet_lost{instant{-1ns}, packet_space::handshake, 9, 50, event::loss_trigger::packet_threshold});
  records.on(event::key_updated{instant{0ns}, encryption_level::one_rtt, 2, true, true});
  auto const& text = records.text();
  CHECK(text.starts_with("1.500007 sent initial 3 size 1200 ect0 frames 2 "));
  CHECK(text.find("\n2000.000000 sent retry 0 size 90 not_ect frames 0\n") != text.npos);
  CHECK(text.find("\n-0.000001 lost handshake 9 size 50 by_packets\n") != text.npos);
  CHECK(text.ends_with("\n0.000000 keys_discarded 1rtt remote phase 2\n"));
}

TEST_CASE("a recorder tells payloads of one size apart", "[observe]") {
  recorder one;
  recorder two;
  constexpr std::array<std::uint8_t, 2> ping_first{1, 0};
  constexpr std::array<std::uint8_t, 2> ping_last{0, 1};
  one.on(event::packet_sent{instant{}, event::packet_kind::initial, 3, 1200, ping_first, ecn::ect0});
  two.on(event::packet_sent{instant{}, event::packet_kind::initial, 3, 1200, ping_last, ecn::ect0});
  CHECK(one.text() != two.text());
}

TEST_CASE("copies of a recorder write to one text that outlives them", "[observe]") {
  auto const text = std::make_shared<std::string>();
  {
    recorder first{text};
    auto second = first;
    first.on(event::packet_lost{});
    second.on(event::packet_lost{});
  }
  CHECK(std::count(text->begin(), text->end(), '\n') == 2);
}

TEST_CASE("recorders that share a text can be told apart by name", "[observe]") {
  auto const text = std::make_shared<std::string>();
  recorder{text, "client"}.on(event::packet_lost{});
  recorder{text, "server"}.on(event::packet_lost{});
  CHECK(text->starts_with("client 0.000000 lost "));
  CHECK(text->find("\nserver 0.000000 lost ") != text->npos);
}

TEST_CASE("the same events give the same text", "[observe]") {
  recorder one;
  recorder two;
  conformance::tell_extremes([&](auto const& e) { one.on(e); });
  conformance::tell_extremes([&](auto const& e) { two.on(e); });
  CHECK(one.text() == two.text());
}
