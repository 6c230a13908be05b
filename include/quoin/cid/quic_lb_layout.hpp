// SPDX-License-Identifier: BSL-1.0
/// \file
/// Where in a connection ID the server that issued it stands (draft-ietf-quic-load-balancers 3 and 5.2). Everything
/// here can be computed at compile time, for what reads IDs without us: programs of the kernel, tests, load balancers.
#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/core/connection_id.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace quoin {

/// The identifier of a configuration stands in the first three bits. This one says that there is none, and that nobody
/// can route the ID by what is in it (draft-ietf-quic-load-balancers 3.2).
inline constexpr std::uint8_t quic_lb_unroutable = 0b111;

/// An octet with the configuration's identifier, then the server's ID, then a nonce that makes the connection ID
/// unique.
struct quic_lb_layout {
  std::size_t server_id_size = 1;  ///< bytes, at least 1
  std::size_t nonce_size = 6;      ///< bytes, at least 4; both together at most 19
  bool encodes_length = false;     ///< five bits of the first octet tell how many octets follow, else they are random

  [[nodiscard]] constexpr std::size_t block_size() const noexcept { return server_id_size + nonce_size; }
  /// Bytes of the whole ID.
  [[nodiscard]] constexpr std::size_t size() const noexcept { return 1 + block_size(); }

  [[nodiscard]] constexpr bool valid() const noexcept {
    return server_id_size >= 1 && server_id_size <= 15 && nonce_size >= 4 && block_size() <= 19;
  }

  [[nodiscard]] constexpr std::uint8_t first_octet(std::uint8_t config_id, std::uint8_t random) const noexcept {
    // Whoever finds no configuration to read the ID by must still find its length (section 3.2).
    bool const tells_length = encodes_length || config_id == quic_lb_unroutable;
    auto const low = tells_length ? static_cast<std::uint8_t>(block_size()) : random;
    return static_cast<std::uint8_t>(config_id << 5 | (low & 0x1f));
  }

  [[nodiscard]] static constexpr std::uint8_t config_id_of(std::uint8_t first_octet) noexcept {
    return static_cast<std::uint8_t>(first_octet >> 5);
  }
};

template <quic_lb_layout Layout>
using quic_lb_server_id = std::array<std::uint8_t, Layout.server_id_size>;

/// Leaves the server's ID for everybody to see, and thereby to what server connections belong: for use within one
/// machine, or where that tells nothing.
struct quic_lb_plaintext {
  struct key {};

  constexpr quic_lb_plaintext() noexcept = default;
  constexpr explicit quic_lb_plaintext(key) noexcept {}
  constexpr void hide(byte_span) const noexcept {}
  constexpr void reveal(byte_span) const noexcept {}
};

/// The server that a connection ID names; nothing when it is of another configuration, or too short. Longer ones have
/// bytes of somebody's own at the end (section 5.4).
template <quic_lb_layout Layout, class Algorithm>
[[nodiscard]] constexpr std::optional<quic_lb_server_id<Layout>> decode_quic_lb(std::uint8_t config_id,
                                                                                Algorithm const& algorithm,
                                                                                byte_view id) noexcept {
  static_assert(Layout.valid(), "quoin: a QUIC-LB server ID has 1 to 15 bytes, a nonce 4 to 18, both at most 19");
  if (id.size() < Layout.size() || Layout.config_id_of(id[0]) != config_id || config_id >= quic_lb_unroutable)
    return std::nullopt;
  std::array<std::uint8_t, Layout.block_size()> block{};
  std::copy_n(id.data() + 1, block.size(), block.begin());
  algorithm.reveal(block);
  quic_lb_server_id<Layout> server{};
  std::copy_n(block.begin(), server.size(), server.begin());
  return server;
}

}  // namespace quoin
