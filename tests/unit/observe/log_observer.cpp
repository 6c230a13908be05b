// SPDX-License-Identifier: BSL-1.0
#include <quoin/observe/log_observer.hpp>

#include <conformance/observer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace quoin;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is given, from a level on.
struct kept_lines {
  struct line {
    log_level level;
    std::string text;
  };
  std::shared_ptr<std::vector<line>> lines = std::make_shared<std::vector<line>>();
  log_level from = log_level::trace;
  int* asked = nullptr;

  [[nodiscard]] bool wants(log_level level) const noexcept {
    if (asked != nullptr) ++*asked;
    return level >= from;
  }
  void write(log_level level, std::string_view text) noexcept { lines->push_back({level, std::string{text}}); }
};

static_assert(log_sink<kept_lines>);
static_assert(connection_observer<log_observer<kept_lines>>);

std::string line_of(event::connection_closed const& e) {
  kept_lines sink;
  log_observer<kept_lines> log{sink};
  log.on(e);
  REQUIRE(sink.lines->size() == 1);
  return std::string{name_of(sink.lines->front().level)} + ": " + sink.lines->front().text;
}

}  // namespace

TEST_CASE("a log observer bears every event", "[observe]") {
  conformance::check_observer(log_observer<kept_lines>{});
}

TEST_CASE("each event is a line of its level, without an end of line and behind the connection's name", "[observe]") {
  kept_lines sink;
  log_observer<kept_lines> log{sink, "client 7"};
  conformance::tell_plausible_connection([&](auto const& e) { log.on(e); });
  REQUIRE(sink.lines->size() > 8);
  for (auto const& line : *sink.lines) {
    CAPTURE(line.text);
    CHECK(line.text.rfind("client 7 ", 0) == 0);
    CHECK(line.text.find('\n') == std::string::npos);
    bool const is_packet = line.text.find(" sent ") != std::string::npos ||
                           line.text.find(" received ") != std::string::npos ||
                           line.text.find(" metrics ") != std::string::npos;
    CHECK((line.level == log_level::trace) == is_packet);
  }
  CHECK(sink.lines->back().level == log_level::warning);
}

TEST_CASE("what the sink does not want is not made, and what was compiled away is not even asked for", "[observe]") {
  int asked = 0;
  kept_lines sink;
  sink.from = log_level::info;
  sink.asked = &asked;
  log_observer<kept_lines> log{sink};
  log.on(event::packet_sent{});
  log.on(event::packet_dropped{});
  log.on(event::connection_started{});
  CHECK(asked == 3);
  CHECK(sink.lines->empty());
  log_observer<kept_lines, log_level::info> quiet{sink};
  conformance::tell_plausible_connection([&](auto const& e) { quiet.on(e); });
  CHECK(asked == 4);
  CHECK(sink.lines->size() == 1);
}

TEST_CASE("the end of a connection is logged in words, by its reason's weight", "[observe]") {
  using event::close_origin;
  CHECK(line_of({instant{}, close_origin::peer, false, 0x0a, 6, "bad frame"}) ==
        "warning: closed by peer: PROTOCOL_VIOLATION in frame type 6: bad frame");
  CHECK(line_of({instant{}, close_origin::local, true, 7, 0, "done"}) ==
        "info: closed by local: application error 7: done");
  CHECK(line_of({instant{}, close_origin::peer, false, 0, 0, {}}) == "info: closed by peer: NO_ERROR");
  CHECK(line_of({instant{}, close_origin::idle_timeout, false, 0, 0, "nothing was heard"}) ==
        "info: closed by idle_timeout: nothing was heard");
  CHECK(line_of({instant{}, close_origin::stateless_reset, false, 0, 0, {}}) == "warning: closed by stateless_reset");
  CHECK(line_of({instant{}, close_origin::handshake_timeout, false, 0, 0, {}}) ==
        "warning: closed by handshake_timeout");
}

TEST_CASE("a peer's reason cannot forge lines", "[observe]") {
  CHECK(line_of({instant{}, event::close_origin::peer, true, 1, 0, "a\nb\x1b[2J\xff"}) ==
        "info: closed by peer: application error 1: a?b?[2J?");
}
