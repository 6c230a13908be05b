// SPDX-License-Identifier: BSL-1.0
/// \file
/// What an endpoint is made from.
#pragma once

#include <quoin/connection/extension_states.hpp>
#include <quoin/connection/settings.hpp>
#include <quoin/core/connection_id.hpp>
#include <quoin/core/types.hpp>
#include <quoin/endpoint/used_tokens.hpp>
#include <quoin/handshake/address_token.hpp>
#include <quoin/policy/stack.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace quoin {

template <class Stack>
struct endpoint_config {
  /// Where and how to send and receive.
  typename Stack::io::config io{};

  /// Credentials, trust and application protocols; needed.
  std::shared_ptr<typename Stack::crypto::handshake::config const> crypto;

  /// Values for every connection.
  transport_settings transport;

  /// Values for the extensions that the stack lists, as in `extensions.datagram.send_queue`.
  [[no_unique_address]] extension_settings_of<Stack> extensions;

  /// Server: take connections from clients.
  bool accept = false;

  /// Server: let every client prove its address with a Retry first (RFC 9000 8.1.2).
  bool require_retry = false;

  /// Server: how long the token of a Retry proves an address, from 1 s to 24 h. Clients send it back at once, so that
  /// a short time keeps thieves from using it (RFC 9000 8.1.4). It has to be longer than a round trip, though, and than
  /// what a client takes that has to say it again: whoever comes later is refused with INVALID_TOKEN (RFC 9000 8.1.2),
  /// each time, and never gets in. With such round trips `transport.handshake_timeout` has to be longer, too.
  std::chrono::seconds retry_token_lifetime{10};

  /// Server: where clients that have got in should rather go on to talk to (RFC 9000 9.6). Opened by the endpoint where
  /// the `io` can, else the `io` must receive there anyway.
  preferred_addresses preferred{};

  /// Connections at once; more are refused with CONNECTION_REFUSED.
  std::size_t max_connections = 10'000;

  /// Server: handshakes under way from unproven addresses at once; with so many, clients get a Retry (RFC 9000 8.1.2),
  std::size_t max_unvalidated = 128;

  /// until there are only so many left; half of `max_unvalidated` unless set.
  std::optional<std::size_t> calm_unvalidated;

  /// The static key behind stateless resets and address tokens; random when it is all zero. Endpoints that share it can
  /// answer for each other (RFC 9000 10.3.2, 8.1.4).
  std::array<std::uint8_t, 32> secret{};

  /// Keys of address tokens for whoever changes them himself, see `endpoint::set_token_keys`. Unless set, they follow
  /// from `secret` and the calendar, new ones every day.
  std::optional<quoin::token_keys> token_keys;

  /// Which address tokens have proven an address; one of the endpoint's own when it is empty. Endpoints of a process
  /// that share `secret` should share it, or a token is good once at each of them (RFC 9000 8.1.4).
  std::shared_ptr<quoin::used_tokens> used_tokens;

  /// How our connection IDs are made, where the stack's format asks for more than its type: which server we are, say.
  [[no_unique_address]] cid_config<typename Stack::cid_format> cid{};

  /// Makes the observer of a connection; a default one when empty.
  std::function<typename Stack::observer(role, connection_id const& original_destination)> make_observer;
};

/// The observer of a connection, as `config` says. Throws std::invalid_argument where it says nothing and must.
template <class Stack>
typename Stack::observer observer_of(endpoint_config<Stack> const& config, role self, connection_id const& original) {
  if (config.make_observer) return config.make_observer(self, original);
  if constexpr (std::default_initializable<typename Stack::observer>)
    return {};
  else
    throw std::invalid_argument{"endpoint_config::make_observer is empty: this stack's observer needs it"};
}

/// When and how a shutdown ends what goes on.
struct shutdown_plan {
  instant at;
  std::uint64_t code;
  std::string reason;
};

/// Throws std::invalid_argument with a sentence when `config` cannot be used.
template <class Stack>
void check(endpoint_config<Stack> const& config) {
  if (auto const problem = problem_with(config.transport)) throw std::invalid_argument{*problem};
  if (auto const problem = problem_with_cid_config<typename Stack::cid_format>(config.cid))
    throw std::invalid_argument{*problem};
  if (config.preferred.v4.known() && config.preferred.v4.family != address_family::v4)
    throw std::invalid_argument{"endpoint_config::preferred.v4 is not an IPv4 address"};
  if (config.preferred.v6.known() && config.preferred.v6.family != address_family::v6)
    throw std::invalid_argument{"endpoint_config::preferred.v6 is not an IPv6 address"};
  if (!config.crypto)
    throw std::invalid_argument{"endpoint_config::crypto is empty: make one from the crypto policy's settings"};
  if (config.calm_unvalidated.value_or(0) > config.max_unvalidated)
    throw std::invalid_argument{"endpoint_config::calm_unvalidated is " + std::to_string(*config.calm_unvalidated) +
                                ": use at most max_unvalidated"};
  using namespace std::chrono_literals;
  if (config.retry_token_lifetime < 1s || config.retry_token_lifetime > 24h)
    throw std::invalid_argument{"endpoint_config::retry_token_lifetime is " +
                                std::to_string(config.retry_token_lifetime.count()) + " s: use 1 s to 24 h"};
  if (config.max_connections == 0) throw std::invalid_argument{"endpoint_config::max_connections is 0: use at least 1"};
}

}  // namespace quoin
