// SPDX-License-Identifier: BSL-1.0
// What is a datagram_io, and what is not.
#include <quoin/io/faulty_io.hpp>
#include <quoin/io/memory_io.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/testing/archetypes.hpp>
#include <quoin/testing/sim_io.hpp>

namespace {

using namespace quoin;

static_assert(datagram_io<archetype::io>);
static_assert(datagram_io<udp>);
static_assert(datagram_io<memory_io>);
static_assert(datagram_io<faulty_io<udp>>);
static_assert(datagram_io<faulty_io<faulty_io<memory_io>>>);
static_assert(datagram_io<sim_io>);

// A decorator can do what it decorates can do.
static_assert(claims<udp, io_feature::segmentation> && claims<udp, io_feature::ecn_marks>);
static_assert(claims<faulty_io<udp>, io_feature::segmentation> && claims<faulty_io<udp>, io_feature::ecn_marks>);
static_assert(claims<udp, io_feature::draining> && claims<faulty_io<udp>, io_feature::draining>);
static_assert(claims<udp, io_feature::receive_errors> && claims<faulty_io<udp>, io_feature::receive_errors>);
static_assert(!claims<archetype::io, io_feature::segmentation>);
static_assert(!claims<faulty_io<archetype::io>, io_feature::segmentation>);

struct without_send : archetype::io {
  using io::io;
  send_status send(outgoing const&) noexcept = delete;
};
struct without_room : archetype::io {
  using io::io;
  byte_span send_room() noexcept = delete;
};
struct receives_by_value : archetype::io {
  using io::io;
  arrival receive() noexcept { return {}; }
};
struct without_wait : archetype::io {
  using io::io;
  void wait(duration) noexcept = delete;
};
struct address_that_changes : archetype::io {
  using io::io;
  socket_address local_address() noexcept { return {}; }
};
struct made_from_nothing : archetype::io {
  made_from_nothing() : io(config{}) {}
};
struct claims_waking_alone : archetype::io {
  using io::io;
  static constexpr feature_set<io_feature> features{io_feature::waking};
};
struct claims_draining_alone : archetype::io {
  using io::io;
  static constexpr feature_set<io_feature> features{io_feature::draining};
};
struct claims_errors_alone : archetype::io {
  using io::io;
  static constexpr feature_set<io_feature> features{io_feature::receive_errors};
};
static_assert(!datagram_io<claims_errors_alone>);
static_assert(!datagram_io<claims_waking_alone>);
static_assert(!datagram_io<claims_draining_alone>);
static_assert(!datagram_io<without_send>);
static_assert(!datagram_io<without_room>);
static_assert(!datagram_io<receives_by_value>);
static_assert(!datagram_io<without_wait>);
static_assert(!datagram_io<address_that_changes>);
static_assert(!datagram_io<made_from_nothing>);
static_assert(!datagram_io<int>);

}  // namespace
