// SPDX-License-Identifier: BSL-1.0
/// \file
/// Half a minute of silence, tested in no time: the clock of a lab stands still until it is told to move.
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <iostream>

using namespace std::chrono_literals;

namespace {

int failures = 0;

void expect(bool holds, char const* sentence) {
  std::cout << (holds ? "yes: " : "NO:  ") << sentence << '\n';
  failures += holds ? 0 : 1;
}

}  // namespace

int main() {
  quoin::lab<quoin::test_stack> lab{{.seed = 7, .one_way_delay = 20ms}};
  expect(lab.establish(), "a connection is confirmed over a link of 20 ms");
  lab.settle();

  lab.advance(29s);
  expect(!lab.ended(quoin::role::client), "after 29 quiet seconds it still stands");

  lab.advance(2s);
  auto const& why = lab.ended(quoin::role::client);
  expect(why && why->origin == quoin::event::close_origin::idle_timeout, "after 31 it is given up for idleness");

  lab.uplink().drop(1);
  auto const start = lab.now();
  lab.connect();
  lab.run_until([&] { return lab.server_endpoint().connection_count() != 0; });
  expect(lab.now() - start > 900ms && lab.now() - start < 1100ms,
         "a first flight that was lost is sent again after 1 s");
  return failures;
}
