// SPDX-License-Identifier: BSL-1.0
// The policies that the lab puts into a stack keep what their slots promise.
#include <quoin/testing/lab_stack.hpp>

#include "entropy.hpp"
#include "io.hpp"

using namespace quoin;

namespace {

/// A socket of the simulated network that lets time pass by itself, since the suite knows nothing of virtual time.
class driven_sim_io : public sim_io {
 public:
  explicit driven_sim_io(config const& settings) : sim_io(settings), network_(settings.network) {}

  std::span<arrival> receive() noexcept {
    network_->run_until(network_->now() + std::chrono::milliseconds{1});
    return sim_io::receive();
  }

 private:
  std::shared_ptr<sim::network> network_;
};

}  // namespace

TEST_CASE("sockets of the simulated network are datagram_io", "[conformance][testing]") {
  auto const network = std::make_shared<sim::network>(1);
  auto const left = network->add_host("left");
  auto const right = network->add_host("right");
  network->join(left, right, {});
  driven_sim_io a{{network, left, socket_address::v4(10, 0, 0, 1, 1)}};
  driven_sim_io b{{network, right, socket_address::v4(10, 0, 0, 2, 2)}};
  conformance::check_io(a, b);
}

TEST_CASE("the lab's entropy and its forks look random", "[conformance][testing]") {
  lab_entropy entropy{3};
  conformance::check_entropy(entropy);
  auto fork = entropy.fork();
  conformance::check_entropy(fork);
}
