// SPDX-License-Identifier: BSL-1.0
/// \file
/// Which of several endpoints on one port a datagram belongs to, by its Destination Connection ID: as a function, and
/// as a program of the kernel that says the same before a datagram reaches any of them. Both are made from the layout
/// of our connection IDs, in which the last byte of the server's ID is the endpoint's number.
///
/// A packet with an ID of ours reaches its endpoint whatever address it comes from (RFC 9000 5.2, 9). A client's first
/// packets carry an ID of its own choice (RFC 9000 7.2), which is hashed: all of them reach the same endpoint. What has
/// neither is left to the kernel, which hashes the addresses.
#pragma once

#include <quoin/cid/quic_lb_layout.hpp>

#include <array>
#include <cstdint>
#include <optional>

#include <linux/filter.h>

namespace quoin {

namespace detail {

/// Where things stand in a long header (RFC 8999 5.1).
inline constexpr std::uint32_t long_id_length_at = 5;
inline constexpr std::uint32_t long_id_at = 6;
inline constexpr std::uint32_t short_id_at = 1;
/// The shortest ID that a client may choose for its first packets.
inline constexpr std::uint32_t shortest_chosen_id = 8;
inline constexpr std::uint32_t steering_multiplier = 0x9e3779b1;

constexpr std::uint32_t big_endian_word(byte_view bytes) noexcept {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

/// By the first eight bytes.
constexpr std::uint32_t steer_chosen_id(byte_view id, std::uint32_t endpoints) noexcept {
  auto const folded = big_endian_word(id) ^ big_endian_word(id.subspan(4));
  return (folded * steering_multiplier >> 16) % endpoints;
}

}  // namespace detail

/// The number of the endpoint, of `endpoints`, that `datagram` is for; nothing when its addresses must decide.
template <quic_lb_layout Layout>
constexpr std::optional<std::uint32_t> steer(std::uint8_t config_id, std::uint32_t endpoints,
                                             byte_view datagram) noexcept {
  if (datagram.empty()) return std::nullopt;
  bool const long_form = (datagram[0] & 0x80) != 0;
  byte_view id;
  if (long_form) {
    if (datagram.size() < detail::long_id_at) return std::nullopt;
    auto const length = datagram[detail::long_id_length_at];
    if (length > datagram.size() - detail::long_id_at) return std::nullopt;
    id = datagram.subspan(detail::long_id_at, length);
  } else {
    id = datagram.subspan(detail::short_id_at);
  }
  auto const server = decode_quic_lb<Layout>(config_id, quic_lb_plaintext{}, id);
  if (server && server->back() < endpoints) return server->back();
  if (long_form && id.size() >= detail::shortest_chosen_id) return detail::steer_chosen_id(id, endpoints);
  return std::nullopt;
}

/// The same as a classic BPF program for SO_ATTACH_REUSEPORT_CBPF: it sees the UDP payload and returns the number of
/// the socket, in the order in which they were bound, or a number that no socket has.
template <quic_lb_layout Layout>
constexpr auto steering_program(std::uint8_t config_id, std::uint32_t endpoints) noexcept {
  static_assert(Layout.valid(), "quoin: a QUIC-LB server ID has 1 to 15 bytes, a nonce 4 to 18, both at most 19");
  // The program's lines; X is the offset of the ID once its place is known.
  enum line : std::uint8_t {
    any_size,
    any_size_test,
    load_form,
    test_form,
    short_size,
    short_size_test,
    short_place,
    short_go,
    long_size,
    long_size_test,
    room_for_id,
    room_to_x,
    load_length,
    length_test,
    long_place,
    load_length_again,
    compare_length,
    load_first,
    take_config,
    compare_config,
    load_number,
    compare_number,
    give_number,
    not_ours,
    is_long_test,
    load_length_for_hash,
    hashable_test,
    first_word,
    first_to_x,
    second_word,
    fold,
    multiply,
    shift,
    modulo,
    give_hash,
    by_address,
    line_count
  };
  std::array<sock_filter, line_count> program{};
  auto const put = [&](line at, int code, std::uint32_t k = 0) {
    program[at] = {static_cast<std::uint16_t>(code), 0, 0, k};
  };
  auto const branch = [&](line at, int code, std::uint32_t k, line if_true, line if_false) {
    program[at] = {static_cast<std::uint16_t>(BPF_JMP | code), static_cast<std::uint8_t>(if_true - at - 1),
                   static_cast<std::uint8_t>(if_false - at - 1), k};
  };
  constexpr auto id_size = static_cast<std::uint32_t>(Layout.size());

  put(any_size, BPF_LD | BPF_W | BPF_LEN);
  branch(any_size_test, BPF_JGE | BPF_K, 1, load_form, by_address);
  put(load_form, BPF_LD | BPF_B | BPF_ABS, 0);
  branch(test_form, BPF_JSET | BPF_K, 0x80, long_size, short_size);

  put(short_size, BPF_LD | BPF_W | BPF_LEN);
  branch(short_size_test, BPF_JGE | BPF_K, detail::short_id_at + id_size, short_place, by_address);
  put(short_place, BPF_LDX | BPF_IMM, detail::short_id_at);
  put(short_go, BPF_JMP | BPF_JA, load_first - short_go - 1);

  put(long_size, BPF_LD | BPF_W | BPF_LEN);
  branch(long_size_test, BPF_JGE | BPF_K, detail::long_id_at, room_for_id, by_address);
  put(room_for_id, BPF_ALU | BPF_SUB | BPF_K, detail::long_id_at);
  put(room_to_x, BPF_MISC | BPF_TAX);
  put(load_length, BPF_LD | BPF_B | BPF_ABS, detail::long_id_length_at);
  branch(length_test, BPF_JGT | BPF_X, 0, by_address, long_place);
  put(long_place, BPF_LDX | BPF_IMM, detail::long_id_at);
  put(load_length_again, BPF_LD | BPF_B | BPF_ABS, detail::long_id_length_at);
  branch(compare_length, BPF_JGE | BPF_K, id_size, load_first, not_ours);

  put(load_first, BPF_LD | BPF_B | BPF_IND, 0);
  put(take_config, BPF_ALU | BPF_RSH | BPF_K, 5);
  branch(compare_config, BPF_JEQ | BPF_K, config_id, load_number, not_ours);
  put(load_number, BPF_LD | BPF_B | BPF_IND, static_cast<std::uint32_t>(Layout.server_id_size));
  branch(compare_number, BPF_JGE | BPF_K, endpoints, not_ours, give_number);
  put(give_number, BPF_RET | BPF_A);

  put(not_ours, BPF_MISC | BPF_TXA);
  branch(is_long_test, BPF_JEQ | BPF_K, detail::long_id_at, load_length_for_hash, by_address);
  put(load_length_for_hash, BPF_LD | BPF_B | BPF_ABS, detail::long_id_length_at);
  branch(hashable_test, BPF_JGE | BPF_K, detail::shortest_chosen_id, first_word, by_address);

  put(first_word, BPF_LD | BPF_W | BPF_ABS, detail::long_id_at);
  put(first_to_x, BPF_MISC | BPF_TAX);
  put(second_word, BPF_LD | BPF_W | BPF_ABS, detail::long_id_at + 4);
  put(fold, BPF_ALU | BPF_XOR | BPF_X);
  put(multiply, BPF_ALU | BPF_MUL | BPF_K, detail::steering_multiplier);
  put(shift, BPF_ALU | BPF_RSH | BPF_K, 16);
  put(modulo, BPF_ALU | BPF_MOD | BPF_K, endpoints);
  put(give_hash, BPF_RET | BPF_A);

  put(by_address, BPF_RET | BPF_K, ~std::uint32_t{0});
  return program;
}

}  // namespace quoin
