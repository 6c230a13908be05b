// SPDX-License-Identifier: BSL-1.0
// What is a connection_id_format, and what is not.
#include <quoin/cid/quic_lb.hpp>
#include <quoin/cid/random_cid.hpp>
#include <quoin/testing/archetypes.hpp>

namespace {

using namespace quoin;

static_assert(connection_id_format<archetype::cid_format>);
static_assert(connection_id_format<random_cid<4>>);
static_assert(connection_id_format<random_cid<8>>);
static_assert(connection_id_format<random_cid<20>>);
static_assert(connection_id_format<quic_lb_plain<quic_lb_layout{}>>);

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

// A claim makes its hook mandatory.
struct claims_a_configuration : sized<8> {
  static constexpr feature_set<cid_feature> features{cid_feature::configured};
};
struct configured : claims_a_configuration {
  struct config {};
  configured() = default;
  explicit configured(config const&) {}
  static std::optional<std::string> problem_with(config const&) { return {}; }
};
struct claims_to_own : sized<8> {
  static constexpr feature_set<cid_feature> features{cid_feature::owned};
};
struct owning : claims_to_own {
  bool owns(connection_id const&) const noexcept { return true; }
};
static_assert(!connection_id_format<claims_a_configuration> && connection_id_format<configured>);
static_assert(!connection_id_format<claims_to_own> && connection_id_format<owning>);
static_assert(std::is_empty_v<cid_config<random_cid<8>>> && std::is_same_v<cid_config<configured>, configured::config>);

struct single_copy : sized<8> {
  single_copy() = default;
  single_copy(single_copy const&) = delete;
  single_copy& operator=(single_copy const&) = delete;
};
static_assert(!connection_id_format<single_copy>);

}  // namespace
