// SPDX-License-Identifier: BSL-1.0
/// \file
/// A good run on tape, one thing in it made wrong, and the complaints about it.
#pragma once

#include "random_run.hpp"
#include "tape.hpp"

#include <quoin/wire/extension_frames.hpp>

#include <catch2/catch_test_macros.hpp>

namespace quoin::property {

/// A run without a fault, recorded once.
inline tape const& good_run() {
  static tape const recorded = [] {
    tape made;
    run_options options{.seed = 47, .stack = flavour::plain};
    options.also = &made;
    auto const problems = random_run(options);
    REQUIRE(problems.empty());
    return made;
  }();
  return recorded;
}

/// The frames of a packet.
template <class... Frames>
std::vector<std::uint8_t> made_of(Frames const&... frames) {
  std::vector<std::uint8_t> bytes(4096);
  byte_writer writer{bytes};
  REQUIRE((wire::write(writer, frames) && ...));
  bytes.resize(writer.size());
  return bytes;
}

inline bool is_one_rtt(sent const& e) {
  return e.what.kind == event::packet_kind::one_rtt;
}

/// Where both ends have confirmed the handshake and nothing has ended.
inline tape::position middle(tape& of) {
  return of.find<seen_step>(of.all.begin(), [](seen_step const& step) {
    return step.ends[0].confirmed && step.ends[1].confirmed && !step.ends[0].closing && !step.ends[1].closing;
  });
}

inline instant time_at(tape::position at) {
  return std::get<seen_step>(*at).now;
}

/// A 1-RTT packet of the client with these frames, in the middle of the run.
template <class... Frames>
tape::position say(tape& to, packet_number number, Frames const&... frames) {
  auto const at = middle(to);
  sent made{role::client, {}, made_of(frames...)};
  made.what = {time_at(at), event::packet_kind::one_rtt, number, 100, {}, ecn::not_ect, 0};
  return to.all.insert(at + 1, std::move(made));
}

inline constexpr packet_number far = 1'000'000;
inline constexpr stream_id a_stream{400};

/// Every complaint of a run that was spoilt.
inline std::string complaints_of(std::function<void(tape&)> const& spoil) {
  auto spoilt = good_run();
  spoil(spoilt);
  invariants all;
  all.of_fairness().expected = true;
  all.of_reductions().expected = true;
  all.of_endings().handshake_timeout = {std::chrono::seconds{300}, std::chrono::seconds{300}};
  return spoilt.play(all);
}

inline bool complains(std::string_view number, std::function<void(tape&)> const& spoil) {
  auto const said = complaints_of(spoil);
  INFO(said);
  return said.find(number) != std::string::npos;
}

inline void change_step(tape& of, std::function<void(seen_step&)> const& change) {
  change(std::get<seen_step>(*middle(of)));
}

}  // namespace quoin::property
