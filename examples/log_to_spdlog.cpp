// SPDX-License-Identifier: BSL-1.0
/// \file
/// A program's own logger hears what its connections do: one line names the observer, and the default costs nothing.
#include <quoin/observe/spdlog_sink.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <spdlog/sinks/stdout_sinks.h>

using namespace std::chrono_literals;

namespace {

struct logging_stack : quoin::test_stack {
  using observer = quoin::log_observer<quoin::spdlog_sink, quoin::log_level::debug>;
};
static_assert(quoin::stack_config<logging_stack>);

}  // namespace

int main() {
  auto const logger = spdlog::stdout_logger_st("quic");
  logger->set_level(spdlog::level::info);  // `debug` would show losses and keys, too

  quoin::lab<logging_stack> lab{
      {.one_way_delay = 20ms, .make_observer = [&](quoin::role side) {
         return logging_stack::observer{quoin::spdlog_sink{logger}, side == quoin::role::client ? "client" : "server"};
       }}};
  if (!lab.establish()) return 1;
  lab.client().close(42, "that was all", lab.now());
  lab.settle();
  return lab.ended(quoin::role::server) ? 0 : 1;
}
