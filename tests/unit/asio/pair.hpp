// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client and a server in one `io_context`, over UDP on loopback and without cryptography, for either Asio.
#pragma once

#include <quoin/ambient/steady_clock.hpp>
#include <quoin/ambient/system_entropy.hpp>
#include <quoin/asio/endpoint.hpp>
#include <quoin/crypto/null/crypto.hpp>
#include <quoin/io/udp.hpp>
#include <quoin/stacks/test.hpp>

#include <optional>

namespace quoin::testing {

struct loopback_stack : test_stack {
  using io = udp;
  using clock = steady_clock;
  using entropy = system_entropy;
};

template <class Library>
struct asio_pair {
  using Net = typename Library::net;
  using endpoint = quoin::asio::endpoint<loopback_stack, Net>;
  using connection = quoin::asio::connection_handle<loopback_stack, Net>;
  using stream = quoin::asio::stream<loopback_stack, Net>;
  using error_code = typename Net::error_code;

  typename Library::context context;
  std::optional<endpoint> server;
  std::optional<endpoint> client;
  connection at_server;
  connection at_client;

  explicit asio_pair(transport_settings const& limits = {}) {
    endpoint_config<loopback_stack> config;
    config.io.bind = socket_address::v4(127, 0, 0, 1, 0);
    auto crypto = std::make_shared<null_handshake::config>();
    crypto->alpn = {"test"};
    config.crypto = crypto;
    config.transport = limits;
    client.emplace(context.get_executor(), config);
    config.accept = true;
    server.emplace(context.get_executor(), config);
  }

  /// Runs until `done` says so; false when nothing more happens before that.
  template <class Done>
  bool run_until(Done&& done) {
    while (!done())
      if (context.run_one_for(std::chrono::seconds{20}) == 0) return false;
    return true;
  }

  bool connect() {
    int met = 0;
    server->async_accept([&](error_code problem, connection made) {
      at_server = made;
      met += problem ? 0 : 1;
    });
    client->async_connect(server->local_address(), "localhost", [&](error_code problem, connection made) {
      at_client = made;
      met += problem ? 0 : 1;
    });
    return run_until([&] { return met == 2; });
  }

  /// A stream that the client opened, at both ends; the server knows of it by its first byte.
  std::pair<stream, stream> streams(stream_direction direction = stream_direction::bidirectional) {
    std::optional<stream> here;
    std::optional<stream> there;
    at_client.async_open_stream(direction, [&](error_code, stream made) { here.emplace(std::move(made)); });
    run_until([&] { return here.has_value(); });
    bool wrote = false;
    here->async_write_some(typename Net::const_buffer{"!", 1}, [&](error_code, std::size_t) { wrote = true; });
    at_server.async_accept_stream([&](error_code, stream made) { there.emplace(std::move(made)); });
    run_until([&] { return wrote && there.has_value(); });
    char first = 0;
    bool read = false;
    there->async_read_some(typename Net::buffer{&first, 1}, [&](error_code, std::size_t) { read = true; });
    run_until([&] { return read; });
    return {std::move(*here), std::move(*there)};
  }
};

}  // namespace quoin::testing
