// SPDX-License-Identifier: BSL-1.0
/// \file
/// Endpoints that share one address, one for each core: nothing is shared but the configuration, its secrets, and the
/// memory of used tokens.
#pragma once

#include <quoin/cid/quic_lb.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/endpoint/steering.hpp>
#include <quoin/io/port_sharing.hpp>

#include <memory>
#include <type_traits>
#include <vector>

namespace quoin {

/// What a stack must have so that its endpoints can share a port: connection IDs that name their endpoint for the
/// kernel to see, and sockets that let the kernel choose.
template <class Stack>
concept steerable_stack = std::is_same_v<typename Stack::cid_format::algorithm, quic_lb_plaintext> &&
    requires(typename Stack::io::config& config, socket_address const& address) {
  config.bind = address;
  config.port = port_sharing::joins;
  config.steering.assign(std::size_t{1}, sock_filter{});
};

/// `size` endpoints on one port. The kernel gives each the packets of its own connections, wherever they come from, and
/// its share of the strangers. Tokens and stateless resets are good at all of them, for they have the same secret, and
/// a token once for all of them together (RFC 9000 8.1.4).
///
/// Let one thread at a time use an endpoint. The order of the sockets is what the kernel counts by, so the endpoints
/// come and go together.
template <class Stack>
class endpoint_group {
  static_assert(steerable_stack<Stack>,
                "quoin: an endpoint_group needs `cid_format = quic_lb_plain<...>` and an `io` that can share a port");

 public:
  using config = endpoint_config<Stack>;
  using cid_format = typename Stack::cid_format;
  static constexpr std::size_t max_size = 256;

  /// The last byte of the server's ID in `settings.cid` is replaced by each endpoint's number. Throws
  /// std::invalid_argument or std::system_error with a sentence.
  endpoint_group(config settings, std::size_t size) {
    if (size == 0 || size > max_size)
      throw std::invalid_argument{"an endpoint_group has 1 to 256 endpoints, not " + std::to_string(size)};
    if (settings.cid.config_id == quic_lb_unroutable) settings.cid.config_id = 0;
    if (settings.secret == std::array<std::uint8_t, 32>{}) typename Stack::entropy{}.fill(settings.secret);
    if (!settings.used_tokens) {
      typename Stack::entropy chance{};
      settings.used_tokens = std::make_shared<used_tokens>(random_hash_key(chance));
    }
    members_.reserve(size);
    settings.io.port = size == 1 ? port_sharing::alone : port_sharing::founds;
    auto const program = steering_program<cid_format::layout>(settings.cid.config_id, static_cast<std::uint32_t>(size));
    for (std::size_t i = 0; i < size; ++i) {
      settings.cid.server.back() = static_cast<std::uint8_t>(i);
      members_.push_back(std::make_unique<endpoint<Stack>>(settings));
      settings.io.bind = local_address();
      settings.io.port = port_sharing::joins;
      settings.io.steering.assign(program.begin(), program.end());
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] endpoint<Stack>& operator[](std::size_t number) noexcept { return *members_[number]; }
  [[nodiscard]] socket_address local_address() const { return members_.front()->local_address(); }

  /// Makes every endpoint's `run` return soon; safe in signal handlers.
  void stop() noexcept {
    for (auto const& each : members_) each->stop();
  }

 private:
  std::vector<std::unique_ptr<endpoint<Stack>>> members_;
};

}  // namespace quoin
