// SPDX-License-Identifier: BSL-1.0
#include "server_loop.hpp"

#include "failure.hpp"
#include "net_address.hpp"
#include "signals.hpp"
#include "tls.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace tool {
namespace {

/// How often a loop looks at the stop flag if a signal comes just before it falls asleep.
constexpr auto longest_sleep = std::chrono::milliseconds{200};

/// Asks everybody to stop when one of them cannot go on.
class first_problem {
 public:
  void keep(std::exception_ptr const& problem) {
    std::scoped_lock const lock{mutex_};
    if (!problem_) problem_ = problem;
    stopping_ = true;
  }
  [[nodiscard]] bool stopping() const { return stopping_; }
  void rethrow() const {
    if (problem_) std::rethrow_exception(problem_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr problem_;
  std::atomic<bool> stopping_{false};
};

/// Nobody new is let in, and who is there may finish. After the end of that a moment is left for those that have not
/// heard the goodbye.
void say_goodbye(engine& server, quoin::duration grace) {
  server.shutdown(grace, 0, "the server is stopping");
  auto const until = std::chrono::steady_clock::now() + grace + std::chrono::seconds{1};
  while (server.connection_count() != 0 && std::chrono::steady_clock::now() < until)
    server.turn(std::chrono::milliseconds{10});
}

/// What is wrong with a file is said, and the server goes on with what it had.
void reload(engine& server, companion& with, bool quiet) try {
  server.renew_credentials();
  with.on_reload(server);
  if (quiet) return;
  std::printf("read certificates and keys again\n");
  std::fflush(stdout);
} catch (failure const& problem) {
  complain(std::string{problem.what()} + "; going on with what was there before");
}

void serve_until_asked(
    engine& server, companion& with, quoin::duration grace, first_problem& problem,
    std::function<void()> const& between = [] {}, std::function<void()> const& leaving = [] {}) try {
  while (!stop_asked() && !problem.stopping()) {
    server.turn(longest_sleep);
    with.on_turn_of(server);
    between();
  }
  leaving();
  say_goodbye(server, grace);
} catch (...) {
  problem.keep(std::current_exception());
}

}  // namespace

int run_server(engine_settings const& settings, std::string const& what, bool quiet, companion& with) {
  auto const servers = make_engines(settings);
  for (auto const& each : servers) with.on_start_of(*each);
  with.on_start(*servers.front());
  catch_stop_signals();
  catch_reload_signal();
  if (!quiet) {
    std::printf("%s on %s\n", what.c_str(), shown(servers.front()->local_address()).c_str());
    if (auto const print = servers.front()->fingerprint(); !print.empty())
      std::printf("self-signed certificate, SHA-256 %s\n", print.c_str());
    std::fflush(stdout);
  }
  first_problem problem;
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < servers.size(); ++i)
      others.emplace_back([&, &server = *servers[i]] { serve_until_asked(server, with, settings.grace, problem); });
    auto const between = [&] {
      with.on_turn();
      if (reload_asked()) reload(*servers.front(), with, quiet);
    };
    std::jthread companion_leaves;
    serve_until_asked(*servers.front(), with, settings.grace, problem, between,
                      [&] { companion_leaves = std::jthread{[&] { with.on_stop(settings.grace); }}; });
  }
  problem.rethrow();
  return static_cast<int>(exit_code::done);
}

}  // namespace tool
