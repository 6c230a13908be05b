// SPDX-License-Identifier: BSL-1.0
/// \file
/// Connection IDs that lead a load balancer to the server that issued them (draft-ietf-quic-load-balancers).
#pragma once

#include <quoin/cid/quic_lb_encryption.hpp>
#include <quoin/cid/quic_lb_layout.hpp>
#include <quoin/policy/cid_format.hpp>

#include <optional>
#include <string>

namespace quoin {

/// IDs of one `Layout`, made readable for who knows the configuration by `Algorithm`.
///
/// Made from nothing, it issues IDs that say that nobody can read them (section 3.2): as good as random ones for a
/// server on its own.
///
/// The nonce is random. One that comes twice gives the same ID twice, so let it have 8 bytes or more where millions of
/// IDs are issued under one configuration (section 9.6).
template <quic_lb_layout Layout, class Algorithm>
class quic_lb_cid {
  static_assert(Layout.valid(), "quoin: a QUIC-LB server ID has 1 to 15 bytes, a nonce 4 to 18, both at most 19");

 public:
  static constexpr quic_lb_layout layout = Layout;
  static constexpr std::size_t size = Layout.size();
  static constexpr feature_set<cid_feature> features =
      feature_set<cid_feature>{cid_feature::configured} | cid_feature::owned;
  using algorithm = Algorithm;
  using server_id = quic_lb_server_id<Layout>;

  /// What the load balancer and all its servers agree on, and which of the servers we are.
  struct config {
    std::uint8_t config_id = quic_lb_unroutable;  ///< 0 to 6; another one for each change of layout or key
    server_id server{};
    [[no_unique_address]] typename Algorithm::key key{};
  };

  quic_lb_cid() = default;

  /// `settings` must have no problem.
  explicit quic_lb_cid(config const& settings)
      : config_id_(settings.config_id), server_(settings.server), algorithm_(settings.key) {}

  [[nodiscard]] static std::optional<std::string> problem_with(config const& settings) {
    if (settings.config_id <= quic_lb_unroutable) return std::nullopt;
    return "a QUIC-LB configuration is identified by three bits: use 0 to 6, not " + std::to_string(settings.config_id);
  }

  [[nodiscard]] constexpr connection_id make(cid_randomness randomness) const noexcept {
    std::array<std::uint8_t, size> bytes{};
    bytes[0] = Layout.first_octet(config_id_, randomness.back());
    auto const block = byte_span{bytes}.subspan(1);
    if (config_id_ == quic_lb_unroutable) {
      std::copy_n(randomness.begin(), block.size(), block.begin());
    } else {
      std::copy(server_.begin(), server_.end(), block.begin());
      std::copy_n(randomness.begin(), Layout.nonce_size, block.subspan(server_.size()).begin());
      algorithm_.hide(block);
    }
    return *connection_id::from(bytes);
  }

  /// Who issued `id`, if it is of our configuration. IDs that clients invent are seldom told from real ones.
  [[nodiscard]] constexpr std::optional<server_id> server_of(connection_id const& id) const noexcept {
    return decode_quic_lb<Layout>(config_id_, algorithm_, id.view());
  }

  /// Whether the ID is ours alone. What cannot be read may belong to anybody.
  [[nodiscard]] constexpr bool owns(connection_id const& id) const noexcept { return server_of(id) == server_; }

 private:
  std::uint8_t config_id_ = quic_lb_unroutable;
  server_id server_{};
  [[no_unique_address]] Algorithm algorithm_{};
};

/// The server's ID in the clear (section 5.4). Within one machine it names the core, and the kernel can read it: see
/// `endpoint_group`.
template <quic_lb_layout Layout>
using quic_lb_plain = quic_lb_cid<Layout, quic_lb_plaintext>;

/// The server's ID encrypted under a key that the load balancer knows, so that nobody else can tell what belongs
/// together (sections 5.4.1, 5.4.2). `Cipher` is AES-128, such as `botan_aes_128`.
template <quic_lb_layout Layout, quic_lb_block_cipher Cipher>
using quic_lb_encrypted = quic_lb_cid<Layout, quic_lb_encryption<Layout, Cipher>>;

}  // namespace quoin
