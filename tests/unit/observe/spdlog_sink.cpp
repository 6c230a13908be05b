// SPDX-License-Identifier: BSL-1.0
#include <quoin/observe/spdlog_sink.hpp>

#include <conformance/observer.hpp>

#include <catch2/catch_test_macros.hpp>

#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

using namespace quoin;

namespace {

struct logged {
  explicit logged(spdlog::level::level_enum least) {
    auto to = std::make_shared<spdlog::sinks::ostream_sink_mt>(text);
    logger = std::make_shared<spdlog::logger>("quoin", to);
    logger->set_pattern("%l %v");
    logger->set_level(least);
  }
  std::ostringstream text;
  std::shared_ptr<spdlog::logger> logger;
};

}  // namespace

TEST_CASE("spdlog gets the lines that its level asks for", "[observe]") {
  logged warnings{spdlog::level::warn};
  log_observer<spdlog_sink> log{spdlog_sink{warnings.logger}, "server"};
  conformance::tell_plausible_connection([&](auto const& e) { log.on(e); });
  CHECK(warnings.text.str() == "warning server closed by peer: PROTOCOL_VIOLATION in frame type 6: bad frame\n");

  logged everything{spdlog::level::trace};
  log_observer<spdlog_sink> chatty{spdlog_sink{everything.logger}};
  conformance::tell_plausible_connection([&](auto const& e) { chatty.on(e); });
  auto const text = everything.text.str();
  CHECK(std::count(text.begin(), text.end(), '\n') > 8);
  CHECK(text.find("trace ") != std::string::npos);
  CHECK(text.find("debug ") != std::string::npos);
}

TEST_CASE("spdlog's format marks in a line are taken as they are", "[observe]") {
  logged all{spdlog::level::trace};
  log_observer<spdlog_sink> log{spdlog_sink{all.logger}};
  log.on(event::connection_closed{instant{}, event::close_origin::peer, true, 3, 0, "{} {0} %v"});
  CHECK(all.text.str() == "info closed by peer: application error 3: {} {0} %v\n");
}

TEST_CASE("an observer of spdlog's default logger bears every event", "[observe]") {
  logged nothing{spdlog::level::off};
  spdlog::set_default_logger(nothing.logger);
  conformance::check_observer(log_observer<spdlog_sink>{});
  CHECK(nothing.text.str().empty());
}
