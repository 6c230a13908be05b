// SPDX-License-Identifier: BSL-1.0
/// \file
/// A server's endpoint without a network, and clients' connections that a test carries to it by hand.
#pragma once

#include "../connection/pair.hpp"

#include <quoin/endpoint/endpoint.hpp>

#include <functional>

namespace quoin::testing {

struct told {
  std::vector<connection_event::kind> events;
  void on_event(connection_type&, connection_event const& event) { events.push_back(event.what); }
};

struct server {
  using config = endpoint_config<test_stack>;

  explicit server(std::function<void(config&)> const& adjust = [](config&) {})
      : endpoint(made(adjust), manual_clock{now}, seeded_entropy{7}) {}

  static config made(std::function<void(config&)> const& adjust) {
    config settings;
    settings.io.bind = server_address;
    settings.crypto = handshake_config();
    settings.accept = true;
    settings.transport = in_tested_version();
    adjust(settings);
    return settings;
  }

  /// A client's connection on `port`.
  std::unique_ptr<connection_type> client(std::uint16_t port, std::vector<std::uint8_t> token = {}) {
    auto start = pair::client_start({});
    start.path.local.port = port;
    start.token = std::move(token);
    return std::make_unique<connection_type>(std::move(start), now, seeded_entropy{std::uint64_t{1000} + port});
  }

  /// Gives the endpoint a datagram from `from` and returns what is sent because of it.
  std::vector<letter> answer(letter datagram, socket_address const& from) {
    endpoint.io().deliver({server_address, from}, datagram.bytes, 0, datagram.mark);
    return serve();
  }

  std::vector<letter> serve() {
    endpoint.clock().set(now);
    endpoint.service(handler);
    std::vector<letter> sent;
    for (auto const& train : endpoint.io().take_sent())
      for (auto rest = train.bytes; !rest.empty();) {
        auto const one = rest.first(std::min(rest.size(), train.segment_size));
        sent.push_back({{one.begin(), one.end()}, train.mark});
        rest = rest.subspan(one.size());
      }
    return sent;
  }

  /// Carries datagrams both ways until the client has nothing more to send. Returns the client's, as they were sent.
  std::vector<letter> settle(connection_type& client) {
    std::vector<letter> carried;
    for (auto letters = collect(client, now); !letters.empty(); letters = collect(client, now))
      for (auto const& one : letters) {
        carried.push_back(one);
        for (auto& back : answer(one, client.path().local)) {
          arrival const at{client.path(), back.bytes, 0, back.mark};
          client.receive(at, now);
        }
      }
    return carried;
  }

  instant now{std::chrono::seconds{100}};
  told handler;
  quoin::endpoint<test_stack> endpoint;
};

}  // namespace quoin::testing
