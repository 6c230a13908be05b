// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/quic_lb.hpp>

#include "quic_lb_vectors.hpp"

#include <conformance/cid_format.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

constexpr quic_lb_layout three_and_four{3, 4, true};
constexpr quic_lb_layout five_and_five{5, 5, true};
constexpr quic_lb_layout eight_bytes{1, 6, false};

using small = quic_lb_plain<eight_bytes>;

small server(std::uint8_t number, std::uint8_t config_id = 2) {
  return small{{config_id, {number}}};
}

}  // namespace

static_assert(connection_id_format<small>);
static_assert(small::size == 8);
static_assert(sizeof(small) == 2, "an ID's own configuration is all that a plain format holds");
static_assert(!quic_lb_layout{0, 8}.valid() && !quic_lb_layout{16, 4}.valid() && !quic_lb_layout{1, 3}.valid() &&
              !quic_lb_layout{8, 12}.valid() && quic_lb_layout{15, 4}.valid() && quic_lb_layout{1, 18}.valid());

TEST_CASE("plain QUIC-LB connection IDs are those of the draft", "[cid][quic-lb]") {
  made::check_vector(quic_lb_plain<three_and_four>{{0, {0xc4, 0x60, 0x5e}}}, {0x45, 0x04, 0xcc, 0x4f},
                     {0x07, 0xc4, 0x60, 0x5e, 0x45, 0x04, 0xcc, 0x4f});
  made::check_vector(quic_lb_plain<five_and_five>{{1, {0x35, 0x0d, 0x28, 0xb4, 0x20}}}, {0x34, 0x87, 0xd9, 0x70, 0x0b},
                     {0x2a, 0x35, 0x0d, 0x28, 0xb4, 0x20, 0x34, 0x87, 0xd9, 0x70, 0x0b});
}

TEST_CASE("QUIC-LB connection IDs are a format, configured or not", "[cid][quic-lb]") {
  small alone;
  auto seventh = server(7);
  conformance::check_cid_format(alone);
  conformance::check_cid_format(seventh);
}

TEST_CASE("a server knows its own connection IDs and those of others", "[cid][quic-lb]") {
  cid_randomness::value_type random[20] = {1, 2, 3, 4, 5, 6, 7, 8};
  auto const first = server(1);
  CHECK(first.owns(first.make(random)));
  CHECK_FALSE(first.owns(server(2).make(random)));
  CHECK(first.server_of(server(2).make(random)) == small::server_id{2});

  // IDs of another configuration, and those too short to be read, may be anybody's.
  CHECK_FALSE(first.owns(server(1, 3).make(random)));
  CHECK(first.server_of(server(2, 3).make(random)) == std::nullopt);
  auto const whole = first.make(random);
  CHECK_FALSE(first.owns(*connection_id::from(whole.view().first(7))));
  CHECK_FALSE(first.owns(connection_id{}));
}

TEST_CASE("without a configuration, IDs say so, tell their length and name nobody", "[cid][quic-lb]") {
  cid_randomness::value_type random[20] = {0, 2, 3, 4, 5, 6, 7, 8};
  small const alone;
  auto const id = alone.make(random);
  CHECK(id.view()[0] == (0b111 << 5 | 7));
  CHECK_FALSE(alone.owns(id));
  CHECK_FALSE(server(0).owns(id));
  CHECK(server(0).server_of(id) == std::nullopt);
}

TEST_CASE("the first octet hides whatever it need not tell", "[cid][quic-lb]") {
  cid_randomness::value_type random[20] = {};
  random[19] = 0xff;
  CHECK(server(1, 5).make(random).view()[0] == (5 << 5 | 0x1f));
  random[19] = 0;
  CHECK(server(1, 5).make(random).view()[0] == 5 << 5);
}

TEST_CASE("a QUIC-LB configuration's identifier has three bits", "[cid][quic-lb]") {
  CHECK(small::problem_with({8, {1}}));
  CHECK_FALSE(small::problem_with({6, {1}}));
  CHECK_FALSE(small::problem_with({}));
}
