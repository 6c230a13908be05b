// SPDX-License-Identifier: BSL-1.0
// The same for what is judged by plain values, without a tape.
#include "application.hpp"
#include "random_run.hpp"
#include "strangers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace quoin::property;

TEST_CASE("INV-01: an address that gets too much", "[property]") {
  address_budgets<std::uint16_t> budgets;
  budgets.hear(1, 100);
  CHECK(budgets.say(1, 300, false));
  CHECK_FALSE(budgets.say(1, 1, false));
  CHECK(budgets.say(1, 1'000, true));
}

TEST_CASE("INV-02 to INV-04: an application that gets the wrong bytes", "[property]") {
  constexpr std::uint64_t number = 4;
  plan planned;
  planned.size = 10;
  scenario::incoming got;
  for (std::uint64_t i = 0; i < 10; ++i) got.bytes.push_back(scenario::pattern(number, i));
  got.ends = 1;
  REQUIRE(problem_with(got, planned, number).empty());
  auto const says = [&](char const* what, auto&& spoil) {
    auto wrong = got;
    spoil(wrong);
    return problem_with(wrong, planned, number).find(what) == 0;
  };
  CHECK(says("INV-02", [](auto& w) { ++w.bytes[3]; }));
  CHECK(says("INV-02", [](auto& w) { w.ends = 0; }));
  CHECK(says("INV-03", [](auto& w) { w.bytes.push_back(scenario::pattern(number, 10)); }));
  CHECK(says("INV-04", [](auto& w) { w.ends = 2; }));
  CHECK(says("INV-04", [](auto& w) { w.bytes.pop_back(); }));
  CHECK(says("INV-04", [](auto& w) { w.reset = 7; }));
  // As an application is told: bytes after the end, bytes after a reset, and a reset after a reset.
  planned.reset = true;
  CHECK(says("INV-04 bytes after", [](auto& w) {
    w.bytes.pop_back();
    w.add(std::array{scenario::pattern(number, 9)});
  }));
  got.ends = 0;
  got.bytes.resize(5);
  got.reset = 7;
  got.resets = 1;
  REQUIRE(problem_with(got, planned, number).empty());
  CHECK(says("INV-04 bytes after", [](auto& w) { w.add(std::array{scenario::pattern(number, 5)}); }));
  CHECK(says("INV-04 a reset is told twice", [](auto& w) { ++w.resets; }));
}

TEST_CASE("INV-38: a network that dies is noticed", "[property]") {
  CHECK(random_run({.seed = 47, .stack = flavour::plain, .cut = true}).find("INV-38") != std::string::npos);
}

TEST_CASE("INV-44: strangers who get too much", "[property]") {
  CHECK(problem_with_answers({100, 1'200, 50}, {49, 99}).empty());
  CHECK(problem_with_answers({100, 1'200, 50}, {50, 99, 100}).find("INV-44 a stranger gets as much") == 0);
  CHECK(problem_with_answers({100}, {40, 40}).find("INV-44 strangers get more answers") == 0);
  answer_rate rate;
  for (int i = 0; i < 20; ++i) CHECK_FALSE(rate.add(instant{i * 10ms}));
  CHECK_FALSE(rate.add(instant{1s}));
  CHECK(rate.add(instant{1s}));

  // What is sent from there is of a connection that lives, and must not be answered.
  world w;
  REQUIRE(w.establish());
  w.client().ping();
  strangers them{w};
  sim::datagram heard;
  heard.bytes.assign(100, 0x41);
  them.overhear(heard);
  sim::random chance{1, 1};
  for (int i = 0; i < 20; ++i) them.annoy(chance);
  CHECK(them.problem().empty());
  sim::datagram answer;
  answer.bytes.resize(25);
  answer.path.remote = strangers::address_of_pieces();
  them.note_answer(answer, instant{});
  CHECK(them.problem().find("INV-44 a stranger gets an answer for a connection that lives") == 0);
}

TEST_CASE("INV-48: a close that is misunderstood", "[property]") {
  close_info told{event::close_origin::peer, true, 77, 0, "done"};
  CHECK(problem_with(told, 77, false).empty());
  CHECK(problem_with(told, 78, false).find("INV-48") == 0);
  told.origin = event::close_origin::handshake_timeout;
  CHECK(problem_with(told, 77, true).find("INV-48") == 0);
}
