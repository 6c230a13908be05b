// SPDX-License-Identifier: BSL-1.0
#include "server_loop.hpp"

#include "failure.hpp"
#include "net_address.hpp"
#include "signals.hpp"
#include "tls.hpp"

#include <chrono>
#include <cstdio>

namespace tool {
namespace {

/// How often a loop looks at the stop flag if a signal comes just before it falls asleep.
constexpr auto longest_sleep = std::chrono::milliseconds{200};

void say_goodbye(engine& server) {
  server.close_all(0, "the server is stopping");
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  while (server.connection_count() != 0 && std::chrono::steady_clock::now() < until)
    server.turn(std::chrono::milliseconds{10});
}

}  // namespace

int run_server(engine_settings const& settings, std::string const& what, bool quiet) {
  auto const server = make_engine(settings);
  catch_stop_signals();
  if (!quiet) {
    std::printf("%s on %s\n", what.c_str(), shown(server->local_address()).c_str());
    if (auto const print = server->fingerprint(); !print.empty())
      std::printf("self-signed certificate, SHA-256 %s\n", print.c_str());
    std::fflush(stdout);
  }
  while (!stop_asked()) server->turn(longest_sleep);
  say_goodbye(*server);
  return static_cast<int>(exit_code::done);
}

}  // namespace tool
