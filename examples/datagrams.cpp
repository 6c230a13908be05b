// SPDX-License-Identifier: BSL-1.0
/// \file
/// Datagrams beside streams: a stack lists the extension, and its connections have an API more. Positions of a game are
/// sent thirty times a second; one that is late is of no use any more, so none is sent twice.
#include <quoin/stacks/test.hpp>
#include <quoin/testing/lab.hpp>

#include <array>
#include <iostream>

using namespace std::chrono_literals;

struct game_stack : quoin::test_stack {
  using extensions = quoin::extensions<quoin::datagram>;
};
static_assert(quoin::stack_config<game_stack>);

int main() {
  quoin::lab_options<game_stack> options{.seed = 7, .one_way_delay = 20ms};
  options.link.loss.probability = 0.1;
  options.adjust_endpoint = [](quoin::role, auto& config) {
    config.extensions.datagram.send_queue = 4096;
    config.extensions.datagram.when_send_queue_is_full = quoin::datagram_overflow::drop_oldest;
  };
  quoin::lab<game_stack> lab{options};
  if (!lab.establish()) return 1;

  auto player = lab.client().extension<quoin::datagram>();
  for (std::uint8_t step = 0; step < 90; ++step) {
    std::array<std::uint8_t, 3> const position{step, 17, 4};
    if (!player.send(quoin::byte_view{position})) return 1;
    lab.advance(33ms);
  }
  lab.advance(1s);

  auto server = lab.server().extension<quoin::datagram>();
  int seen = 0;
  for (; server.peek(); server.pop()) ++seen;
  std::cout << seen << " of 90 positions arrived\n";
  return seen > 60 && seen < 90 ? 0 : 1;
}
