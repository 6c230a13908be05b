// SPDX-License-Identifier: BSL-1.0
// What is a connection_id_format, and what is not.
#include <quoin/cid/random_cid.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(connection_id_format<archetype::cid_format>);
static_assert(connection_id_format<random_cid<4>>);
static_assert(connection_id_format<random_cid<8>>);
static_assert(connection_id_format<random_cid<20>>);

template <std::size_t Size>
struct sized {
  static constexpr std::size_t size = Size;
  connection_id make(cid_randomness) noexcept { return {}; }
};
static_assert(connection_id_format<sized<4>> && connection_id_format<sized<20>>);
static_assert(!connection_id_format<sized<0>>);
static_assert(!connection_id_format<sized<3>>);
static_assert(!connection_id_format<sized<21>>);

struct without_size {
  connection_id make(cid_randomness) noexcept { return {}; }
};
struct may_throw : sized<8> {
  connection_id make(cid_randomness) { return {}; }
};
struct draws_for_itself : sized<8> {
  connection_id make() noexcept { return {}; }
};
static_assert(!connection_id_format<without_size>);
static_assert(!connection_id_format<may_throw>);
static_assert(!connection_id_format<draws_for_itself>);

}  // namespace
