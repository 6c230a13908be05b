// SPDX-License-Identifier: BSL-1.0
#include <quoin/http3/session/settings.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::http3::problem_with;
using quoin::http3::problem_with_streams;
using quoin::http3::session_settings;

TEST_CASE("settings that cannot be used are named with their remedy", "[http3]") {
  CHECK(!problem_with(session_settings{}));
  auto const names = [](session_settings const& bad, std::string_view field) {
    auto const problem = problem_with(bad);
    return problem && problem->find(field) != std::string::npos && problem->find("use ") != std::string::npos;
  };
  CHECK(names({.max_field_section_size = 100}, "max_field_section_size"));
  CHECK(names({.max_fields = 1}, "max_fields"));
  CHECK(names({.max_held_sections = 1024}, "max_held_sections"));
  CHECK(names({.max_held_fields = 1024}, "max_held_fields"));
  CHECK(names({.qpack_table_capacity = 1 << 30}, "qpack_table_capacity"));
  CHECK(names({.qpack_blocked_streams = 5000}, "qpack_blocked_streams"));
  CHECK(names({.nuisance_burst = 0}, "nuisance_burst"));
  CHECK(names({.datagrams = false, .webtransport = {.sessions = 1}}, "datagrams"));
  CHECK(names({.webtransport = {.session_window = 1000}}, "session_window"));
  CHECK(names({.webtransport = {.session_uni_streams = (std::uint64_t{1} << 60) + 1}}, "streams of a session"));
  CHECK(names({.webtransport = {.held_streams = 5000}}, "held_streams"));
  CHECK(names({.webtransport = {.held_datagrams = 5000}}, "held_datagrams"));
}

TEST_CASE("a peer must be allowed three unidirectional streams", "[http3][rfc9114]") {
  CHECK(!problem_with_streams(3));
  CHECK(problem_with_streams(2)->find("uni_streams is 2") != std::string::npos);
}
