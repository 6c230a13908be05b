// SPDX-License-Identifier: BSL-1.0
#include <quoin/connection/settings.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::problem_with;
using quoin::transport_settings;
using quoin::version;
using namespace std::chrono_literals;

TEST_CASE("transport settings that cannot be used are named with value and remedy", "[connection]") {
  CHECK(!problem_with(transport_settings{}));
  auto const named = [](auto const& spoil, std::string_view field_and_value) {
    transport_settings settings;
    spoil(settings);
    auto const problem = problem_with(settings);
    return problem && problem->starts_with("transport_settings::") &&
           problem->find(field_and_value) != std::string::npos && problem->find(": ") != std::string::npos;
  };
  CHECK(named([](auto& s) { s.versions = {}; }, "versions is empty"));
  CHECK(named([](auto& s) { s.versions = {version{7}}; }, "versions is 7"));
  CHECK(named([](auto& s) { s.first_version = version{7}; }, "first_version is 7"));
  CHECK(named([](auto& s) { s.deployed_versions = {version{7}}; }, "deployed_versions is 7"));
  CHECK(named([](auto& s) { s.handshake_timeout = 0ms; }, "handshake_timeout is 0"));
  CHECK(named([](auto& s) { s.max_ack_delay = 16384ms; }, "max_ack_delay is 16384"));
  CHECK(named([](auto& s) { s.datagram_size = 1199; }, "datagram_size is 1199"));
  CHECK(named([](auto& s) { s.max_udp_payload = 65528; }, "max_udp_payload is 65528"));
  CHECK(named([](auto& s) { s.bidi_streams = (std::uint64_t{1} << 60) + 1; }, "bidi_streams is 1152921504606846977"));
  CHECK(named([](auto& s) { s.uni_streams = (std::uint64_t{1} << 60) + 1; }, "uni_streams is 1152921504606846977"));
  CHECK(named([](auto& s) { s.nuisance_burst = 0; }, "nuisance_burst is 0"));
  CHECK(named([](auto& s) { s.connection_window = s.max_connection_window + 1; }, "max_connection_window is "));
  CHECK(named([](auto& s) { s.stream_window = s.max_stream_window + 1; }, "max_stream_window is "));
  CHECK(
      named([](auto& s) { s.max_stream_window = (std::uint64_t{1} << 40) + 1; }, "max_stream_window is 1099511627777"));
}

TEST_CASE("a negative idle timeout is none", "[connection]") {
  transport_settings settings;
  settings.idle_timeout = -1ms;
  CHECK(problem_with(settings).value_or("").find("use 0 (never) or a positive time") != std::string::npos);
}
