// SPDX-License-Identifier: BSL-1.0
/// \file
/// A network of routers that is drawn from a seed: a tree with some more links, so that the ways there and back may
/// differ, narrow ones among them that several flows share.
#pragma once

#include <quoin/sim/network.hpp>
#include <quoin/sim/random.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace quoin::property {

class topology {
 public:
  topology(sim::network& of, sim::random& chance) : network_(of), chance_(chance) {
    auto const routers = 1 + chance_.below(4);
    for (std::size_t i = 0; i < routers; ++i) {
      auto const made = add("router" + std::to_string(i));
      routers_.push_back(made);
      if (i > 0) join(made, routers_[chance_.below(i)], true);
    }
    if (routers > 2 && chance_.chance(0.5)) join(routers_[0], routers_.back(), true);
  }

  /// A host at some router.
  sim::host_id add_host(std::string name) {
    auto const made = add(std::move(name));
    join(made, routers_[chance_.below(routers_.size())], false);
    return made;
  }

  /// To be called when all hosts are there: the shortest ways, of several the first by a draw.
  void find_routes() {
    for (auto const to : hosts_) {
      std::map<sim::host_id, sim::host_id> next{{to, to}};
      std::vector<sim::host_id> reached{to};
      for (std::size_t i = 0; i < reached.size(); ++i) {
        auto neighbours = neighbours_[reached[i]];
        if (neighbours.size() > 1) std::swap(neighbours[0], neighbours[chance_.below(neighbours.size())]);
        for (auto const from : neighbours) {
          if (!next.emplace(from, reached[i]).second) continue;
          reached.push_back(from);
          network_.set_route(from, to, reached[i]);
        }
      }
    }
  }

  /// Both directions of some link between routers, or of some host's.
  void interrupt_some_link(duration most) {
    auto const [one, other] = joined_[chance_.below(joined_.size())];
    auto const from = network_.now();
    auto const until = from + chance_.between(duration{}, most);
    network_.between(one, other).black_out(from, until);
    network_.between(other, one).black_out(from, until);
  }

 private:
  sim::host_id add(std::string name) {
    hosts_.push_back(network_.add_host(std::move(name)));
    return hosts_.back();
  }

  void join(sim::host_id one, sim::host_id other, bool shared) {
    network_.connect(one, other, draw(shared));
    network_.connect(other, one, draw(shared));
    neighbours_[one].push_back(other);
    neighbours_[other].push_back(one);
    joined_.emplace_back(one, other);
  }

  sim::link_settings draw(bool shared) {
    using namespace std::chrono_literals;
    sim::link_settings link;
    link.delay = chance_.between(duration{}, chance_.chance(0.1) ? duration{200ms} : duration{20ms});
    if (chance_.chance(0.3)) link.jitter = chance_.between(duration{}, 10ms);
    if (chance_.chance(0.3)) link.loss.probability = chance_.unit() * 0.05;
    if (chance_.chance(0.2)) link.duplication = chance_.unit() * 0.1;
    if (chance_.chance(0.2)) {
      link.reordering = chance_.unit() * 0.1;
      link.reordering_delay = chance_.between(duration{}, 30ms);
    }
    if (chance_.chance(0.2)) link.ce_marking = chance_.unit() * 0.1;
    link.bleaching = chance_.chance(0.1);
    if (chance_.chance(0.3)) link.mtu = 1200 + chance_.below(301);
    if (shared && chance_.chance(0.6)) {
      link.bottleneck.bits_per_second = 300'000 + chance_.below(20'000'000);
      link.bottleneck.queue_bytes = 6'000 + chance_.below(60'000);
    }
    return link;
  }

  sim::network& network_;
  sim::random& chance_;
  std::vector<sim::host_id> hosts_;
  std::vector<sim::host_id> routers_;
  std::map<sim::host_id, std::vector<sim::host_id>> neighbours_;
  std::vector<std::pair<sim::host_id, sim::host_id>> joined_;
};

}  // namespace quoin::property
