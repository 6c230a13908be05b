// SPDX-License-Identifier: BSL-1.0
#include <quoin/congestion/bbr.hpp>
#include <quoin/congestion/cubic.hpp>
#include <quoin/congestion/prague.hpp>

#include "rig.hpp"

#include <catch2/catch_template_test_macros.hpp>

#include <cstdlib>
#include <new>

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (auto* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace {

struct one_range {
  quoin::packet_number smallest = 0;
  quoin::packet_number largest = 0;
  bool has_ecn = false;
  quoin::ecn_counts ecn;
  template <class F>
  void for_each_range(F f) const {
    f(smallest, largest);
  }
};

struct deaf {
  void acked(quoin::packet_space, quoin::packet_number, quoin::sent_frame const&) {}
  void lost(quoin::packet_space, quoin::sent_frame const&) {}
  void packet_acked(quoin::packet_space, quoin::packet_number, quoin::byte_count) {}
  void packet_lost(quoin::packet_space, quoin::packet_number, quoin::byte_count, quoin::event::loss_trigger) {}
  void probe(quoin::packet_space, quoin::sent_frame const&) {}
};

}  // namespace

TEMPLATE_TEST_CASE("a packet in steady state costs no allocation", "[recovery]", quoin::cubic, quoin::prague,
                   quoin::bbr) {
  using namespace quoin;
  using namespace quoin::test;
  basic_rig<TestType> r;
  deaf sink;
  auto round = [&](int i) {
    auto const first = r.machine.next_number(application);
    for (int k = 0; k < 32; ++k) r.send(duration{1ms} * i);
    r.send_ack_only(duration{1ms} * i, 5);
    // The first packet of every other round is lost.
    return bool(r.machine.on_ack(application, one_range{first + quoin::packet_number(i % 2), first + 32, false, {}},
                                 0ms, at(duration{1ms} * i + 20ms), sink));
  };
  for (int i = 0; i < 100; ++i) REQUIRE(round(i));
  auto const before = allocations;
  bool all = true;
  for (int i = 100; i < 1000; ++i) all = all && round(i);
  auto const after = allocations;
  CHECK(all);
  CHECK(after == before);
}
