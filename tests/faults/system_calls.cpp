// SPDX-License-Identifier: BSL-1.0
// Two endpoints over UDP sockets whose system calls fail with every errno that matters, in every canonical scenario:
// one call in a run, or all from one on. Calls are many, and the later ones are much alike: the first twelve are
// tried one by one, and then each that comes a quarter later than the one before.
#include "canonical_scenarios.hpp"
#include "kernel_network.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <system_error>

using namespace quoin;
using namespace quoin::testing;

namespace {

struct kernel_stack : fault_stack {
  using io = kernel_io;
  using network = kernel_network;
};

using kernel_ends = two_ends_of<kernel_stack>;

constexpr int send_errors[] = {fills_up,     EAGAIN,      ENOBUFS, EMSGSIZE, EIO,  EINVAL,
                               ECONNREFUSED, ENETUNREACH, EPERM,   EINTR,    EBADF};
constexpr int receive_errors[] = {EAGAIN, EINTR, ECONNREFUSED, EHOSTUNREACH, EMSGSIZE, ENOMEM, EBADF};

/// One of each kind that differs for whoever is told: try again, dropped, too large, no segmentation, not there, broken.
constexpr int lasting_send_errors[] = {fills_up, EAGAIN, EINTR, ENOBUFS, EMSGSIZE, EIO, ECONNREFUSED, EBADF};
/// Of an earlier send, and our own.
constexpr int lasting_receive_errors[] = {ECONNREFUSED, ENOMEM};

std::span<int const> errors_of(system_call which, bool for_good) {
  if (which == system_call::send)
    return for_good ? std::span<int const>{lasting_send_errors} : std::span<int const>{send_errors};
  return for_good ? std::span<int const>{lasting_receive_errors} : std::span<int const>{receive_errors};
}

std::uint64_t place_after(std::uint64_t place) {
  return place + std::max(place < 12 ? 1 : place / 4, stride_of_version());
}

/// What came of a scenario.
struct outcome {
  bool played = false;
  bool refused = false;  ///< a socket could not be opened, which the application was told
  bool reached = false;  ///< the call
  std::string problems;

  void note(bool is_so, char const* problem) {
    if (is_so) (problems += problem) += '\n';
  }
};

/// Plays it, lets the kernel work again, and looks whether both endpoints are as good as new.
outcome play(canonical_scenario<kernel_ends> const& scenario, failing_call const& call) {
  simulated_kernel kernel;
  kernel.failing = call;
  kernel.segments = call.which != system_call::send || call.error != fills_up;
  outcome seen;
  try {
    kernel_ends ends{scenario.options};
    try {
      seen.played = scenario.play(ends);
    } catch (std::system_error const&) {
      seen.refused = true;
    }
    kernel.failing.reset();
    if (!ends.complete()) ends.restart_server();
    ends.finish();
    seen.note(ends.spun, "an endpoint did not wait for a network that takes nothing");
    seen.note(ends.connections() != 0, "a connection stays after its end");
    seen.note(!ends.establish() || !ends.transfer(ends.client, ends.server, 5'000, true),
              "the endpoints do not work any more");
    ends.finish();
    seen.note(ends.connections() != 0, "the connection after it stays");
  } catch (std::system_error const&) {
    seen.refused = true;
  }
  seen.reached = kernel.failed;
  seen.note(kernel.open_descriptors() != 0, "a descriptor stays open");
  seen.note(kernel.mistakes != 0, "a call names a descriptor that is not open");
  return seen;
}

/// How many calls of a kind a side makes when none fails.
std::uint64_t calls_of(canonical_scenario<kernel_ends> const& scenario, role side, system_call which) {
  simulated_kernel kernel;
  kernel_ends ends{scenario.options};
  REQUIRE(scenario.play(ends));
  return kernel.calls(side, which);
}

}  // namespace

TEST_CASE("a system call that fails once is made up for", "[faults][io]") {
  for (auto const& scenario : canonical_scenarios<kernel_ends>())
    for (auto const side : {role::client, role::server})
      for (auto const which : {system_call::send, system_call::receive})
        for (int const error : errors_of(which, false)) {
          bool reached = true;
          for (std::uint64_t n = 0; reached; n = place_after(n)) {
            CAPTURE(scenario.name, index_of(side), index_of(which), error, n);
            auto const seen = play(scenario, {side, which, n, error});
            reached = seen.reached;
            INFO(seen.problems);
            REQUIRE(seen.problems.empty());
            REQUIRE(seen.played);
          }
        }
}

TEST_CASE("system calls that fail from one on end connections and nothing else", "[faults][io]") {
  for (auto const& scenario : canonical_scenarios<kernel_ends>())
    for (auto const side : {role::client, role::server})
      for (auto const which : {system_call::send, system_call::receive}) {
        auto const all = calls_of(scenario, side, which);
        REQUIRE(all > 0);
        for (int const error : errors_of(which, true)) {
          for (auto const n : {std::uint64_t{0}, all / 4, all / 2, all - 1}) {
            CAPTURE(scenario.name, index_of(side), index_of(which), error, n);
            auto const seen = play(scenario, {side, which, n, error, true});
            INFO(seen.problems);
            REQUIRE(seen.problems.empty());
            REQUIRE(seen.reached);
          }
        }
      }
}

TEST_CASE("a socket that cannot be opened is refused with a sentence and leaves nothing open", "[faults][io]") {
  for (auto const& scenario : canonical_scenarios<kernel_ends>())
    for (auto const side : {role::client, role::server})
      for (auto const which : {system_call::open, system_call::configure, system_call::watch}) {
        bool reached = true;
        for (std::uint64_t n = 0; reached; ++n) {
          CAPTURE(scenario.name, index_of(side), index_of(which), n);
          auto const seen = play(scenario, {side, which, n, ENOMEM});
          reached = seen.reached;
          INFO(seen.problems);
          REQUIRE(seen.problems.empty());
          // Options are wishes; what a socket cannot do without is not.
          if (which == system_call::configure) REQUIRE(seen.played);
          REQUIRE((seen.played || seen.refused));
          if (which == system_call::open && reached) REQUIRE(seen.refused);
        }
      }
}
