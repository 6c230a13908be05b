// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's and a server's connection joined without a network, for tests that look at single datagrams.
#pragma once

#include "../../tested_version.hpp"

#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

#include <vector>

namespace quoin::testing {

using connection_type = connection<test_stack>;

/// A datagram on its way.
struct letter {
  std::vector<std::uint8_t> bytes;
  ecn mark = ecn::not_ect;
};

inline std::shared_ptr<null_handshake::config const> handshake_config() {
  auto config = std::make_shared<null_handshake::config>();
  config->alpn = {"test"};
  return config;
}

/// Who does not choose versions speaks the tested one: both, beginning with the first, or the second alone.
inline transport_settings in_tested_version(transport_settings settings = {}) {
  bool const chosen = settings.versions != transport_settings{}.versions;
  if (!chosen && tested_version() == version::v2) settings.versions = {version::v2};
  return settings;
}

inline constexpr auto client_address = socket_address::v4(192, 0, 2, 1, 1111);
inline constexpr auto server_address = socket_address::v4(192, 0, 2, 2, 4433);

/// The datagrams of a batch.
inline std::vector<letter> letters_of(outgoing const& batch) {
  std::vector<letter> letters;
  for (auto rest = batch.bytes; !rest.empty();) {
    auto const one = rest.first(std::min(rest.size(), batch.segment_size));
    letters.push_back({{one.begin(), one.end()}, batch.mark});
    rest = rest.subspan(one.size());
  }
  return letters;
}

/// Takes every datagram that `from` wants to send, batch by batch.
inline std::vector<std::vector<letter>> collect_batches(connection_type& from, instant now) {
  std::vector<std::vector<letter>> batches;
  std::vector<std::uint8_t> room(65536);
  while (auto const out = from.transmit(room, now)) batches.push_back(letters_of(*out));
  return batches;
}
/// The same, one after the other.
inline std::vector<letter> collect(connection_type& from, instant now) {
  std::vector<letter> letters;
  for (auto& batch : collect_batches(from, now))
    for (auto& one : batch) letters.push_back(std::move(one));
  return letters;
}

inline void deliver(connection_type& to, letter& datagram, instant now) {
  to.receive({to.path(), datagram.bytes, datagram.bytes.size(), datagram.mark}, now);
}

/// Both ends; the server comes into being with the client's first datagram.
struct pair {
  explicit pair(transport_settings const& client_settings = {}, transport_settings const& server_settings = {})
      : server_settings_(in_tested_version(server_settings)), client(client_start(client_settings), now, seeded_entropy{1}) {}

  /// Carries datagrams both ways until nobody has anything to send; returns how many were carried.
  std::size_t settle() {
    std::size_t carried = 0;
    for (std::size_t before = ~std::size_t{0}; before != carried;) {
      before = carried;
      for (auto& one : collect(client, now)) {
        if (!server) accept(one);
        deliver(*server, one, now);
        ++carried;
      }
      if (!server) return carried;
      for (auto& one : collect(*server, now)) {
        deliver(client, one, now);
        ++carried;
      }
    }
    return carried;
  }

  void accept(letter const& first) {
    auto const header = wire::read_long_header(first.bytes);
    connection_start<test_stack> start;
    start.self = role::server;
    start.path = {server_address, client_address};
    start.settings = server_settings_;
    start.crypto = server_crypto;
    start.first_destination = start.original_destination = header->destination;
    start.peer_source = header->source;
    start.version = header->version;
    server = std::make_unique<connection_type>(std::move(start), now, seeded_entropy{2});
  }

  static connection_start<test_stack> client_start(transport_settings const& settings) {
    connection_start<test_stack> start;
    start.self = role::client;
    start.path = {client_address, server_address};
    start.settings = in_tested_version(settings);
    start.version = start.settings.versions.front();
    start.crypto = handshake_config();
    start.server_name = "server.test";
    return start;
  }

  instant now{std::chrono::seconds{100}};
  transport_settings server_settings_;
  std::shared_ptr<null_handshake::config const> server_crypto = handshake_config();
  connection_type client;
  std::unique_ptr<connection_type> server;
};

}  // namespace quoin::testing
