// SPDX-License-Identifier: BSL-1.0
#include <quoin/cid/quic_lb.hpp>
#include <quoin/crypto/botan/block_cipher.hpp>

#include "quic_lb_vectors.hpp"

#include <conformance/cid_format.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace quoin;

namespace {

constexpr quic_lb_key published_key{0x8f, 0x95, 0xf0, 0x92, 0x45, 0x76, 0x5f, 0x80,
                                    0x25, 0x69, 0x34, 0xe5, 0x0c, 0x66, 0x20, 0x7f};

template <std::size_t ServerId, std::size_t Nonce>
using encrypted = quic_lb_encrypted<quic_lb_layout{ServerId, Nonce, true}, botan_aes_128>;

static_assert(connection_id_format<encrypted<3, 4>>);

}  // namespace

TEST_CASE("encrypted QUIC-LB connection IDs are those of the draft", "[cid][quic-lb]") {
  SECTION("seven bytes, the middle one shared by the halves") {
    made::check_vector(encrypted<3, 4>{{0, {0xed, 0x79, 0x3a}, published_key}}, {0xee, 0x08, 0x0d, 0xbf},
                       {0x07, 0x20, 0xb1, 0xd0, 0x7b, 0x35, 0x9d, 0x3c});
  }
  SECTION("fifteen bytes, most of them the server's ID") {
    made::check_vector(
        encrypted<10, 5>{{1, {0xed, 0x79, 0x3a, 0x51, 0xd4, 0x9b, 0x8f, 0x5f, 0xab, 0x65}, published_key}},
        {0xee, 0x08, 0x0d, 0xbf, 0x48},
        {0x2f, 0xcc, 0x38, 0x1b, 0xc7, 0x4c, 0xb4, 0xfb, 0xad, 0x28, 0x23, 0xa3, 0xd1, 0xf8, 0xfe, 0xd2});
  }
  SECTION("sixteen bytes in one pass") {
    made::check_vector(
        encrypted<8, 8>{{2, {0xed, 0x79, 0x3a, 0x51, 0xd4, 0x9b, 0x8f, 0x5f}, published_key}},
        {0xee, 0x08, 0x0d, 0xbf, 0x48, 0xc0, 0xd1, 0xe5},
        {0x50, 0x4d, 0xd2, 0xd0, 0x5a, 0x7b, 0x0d, 0xe9, 0xb2, 0xb9, 0x90, 0x7a, 0xfb, 0x5e, 0xcf, 0x8c, 0xc3});
  }
  SECTION("eighteen bytes in halves of nine") {
    // The draft lists this one under configuration 3; its first octet says 0.
    made::check_vector(encrypted<9, 9>{{0, {0xed, 0x79, 0x3a, 0x51, 0xd4, 0x9b, 0x8f, 0x5f, 0xab}, published_key}},
                       {0xee, 0x08, 0x0d, 0xbf, 0x48, 0xc0, 0xd1, 0xe5, 0x5d},
                       {0x12, 0x57, 0x79, 0xc9, 0xcc, 0x86, 0xbe, 0xb3, 0xa3, 0xa4, 0xa3, 0xca, 0x96, 0xfc, 0xe4, 0xbf,
                        0xe0, 0xcd, 0xbc});
  }
  SECTION("the worked example") {
    constexpr quic_lb_key key{0xfd, 0xf7, 0x26, 0xa9, 0x89, 0x3e, 0xc0, 0x5c,
                              0x06, 0x32, 0xd3, 0x95, 0x66, 0x80, 0xba, 0xf0};
    made::check_vector(encrypted<3, 4>{{0, {0x31, 0x44, 0x1a}, key}}, {0x9c, 0x69, 0xc2, 0x75},
                       {0x07, 0x67, 0x94, 0x7d, 0x29, 0xbe, 0x05, 0x4a});
  }
}

TEST_CASE("encrypted QUIC-LB connection IDs are a format", "[cid][quic-lb]") {
  encrypted<3, 8> odd{{1, {1, 2, 3}, published_key}};
  encrypted<4, 12> single{{1, {1, 2, 3, 4}, published_key}};
  encrypted<3, 8> alone;
  conformance::check_cid_format(odd);
  conformance::check_cid_format(single);
  conformance::check_cid_format(alone);
}

TEST_CASE("with every division of the block, only its own server is found in an ID", "[cid][quic-lb]") {
  auto const check = []<std::size_t ServerId, std::size_t Nonce>(std::integral_constant<std::size_t, ServerId>,
                                                                 std::integral_constant<std::size_t, Nonce>) {
    using format = encrypted<ServerId, Nonce>;
    typename format::server_id ours{}, theirs{};
    ours.fill(0x5a);
    theirs = ours;
    theirs.back() ^= 1;
    format const us{{4, ours, published_key}};
    format const them{{4, theirs, published_key}};
    std::array<std::uint8_t, connection_id::max_size> randomness{};
    for (std::uint8_t i = 0; i < 50; ++i) {
      randomness[0] = i;
      CHECK(us.owns(us.make(randomness)));
      CHECK(us.server_of(them.make(randomness)) == theirs);
    }
    // Whoever has another key finds something else, if anything.
    auto other_key = published_key;
    other_key[0] ^= 1;
    CHECK_FALSE(format{{4, ours, other_key}}.owns(us.make(randomness)));
  };
  auto const with = [&]<std::size_t... Pairs>(std::index_sequence<Pairs...>) {
    (check(std::integral_constant<std::size_t, 3 + Pairs>{}, std::integral_constant<std::size_t, 4>{}), ...);
    (check(std::integral_constant<std::size_t, 3>{}, std::integral_constant<std::size_t, 4 + Pairs>{}), ...);
  };
  with(std::make_index_sequence<13>{});
}

TEST_CASE("nothing of the server's ID is seen in an encrypted connection ID", "[cid][quic-lb]") {
  encrypted<8, 8> const us{{0, {1, 2, 3, 4, 5, 6, 7, 8}, published_key}};
  std::array<std::uint8_t, connection_id::max_size> randomness{};
  auto const first = us.make(randomness);
  randomness[0] = 1;
  auto const second = us.make(randomness);
  int alike = 0;
  for (std::size_t i = 1; i < first.size(); ++i) alike += first.view()[i] == second.view()[i] ? 1 : 0;
  CHECK(alike <= 2);
}
