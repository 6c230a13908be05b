// SPDX-License-Identifier: BSL-1.0
/// \file
/// A QUIC endpoint inside an `io_context`: connections and streams are objects of Asio, here with coroutines.
#include <quoin/asio/endpoint.hpp>
#include <quoin/asio/net/boost.hpp>
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/stacks/default.hpp>

#include <boost/asio.hpp>

namespace net = boost::asio;
using net::use_awaitable;
using endpoint = quoin::asio::endpoint<quoin::default_stack, quoin::asio::boost_net>;

net::awaitable<void> serve(endpoint& server) {
  auto connection = co_await server.async_accept(use_awaitable);
  auto stream = co_await connection.async_accept_stream(use_awaitable);
  boost::system::error_code end;
  for (std::array<char, 4096> room{}; !end;) {
    auto const size = co_await stream.async_read_some(net::buffer(room), redirect_error(use_awaitable, end));
    co_await net::async_write(stream, net::buffer(room, size), use_awaitable);
  }
  stream.shutdown();
  co_await connection.async_wait_closed(use_awaitable);
  server.close();
}

net::awaitable<void> ask(endpoint& client, quoin::socket_address where, std::string& answer) {
  auto connection = co_await client.async_connect(where, "localhost", use_awaitable);
  auto stream = co_await connection.async_open_stream(quoin::stream_direction::bidirectional, use_awaitable);
  co_await net::async_write(stream, net::buffer(std::string_view{"hello, asio"}), use_awaitable);
  stream.shutdown();
  boost::system::error_code end;  // of the stream
  co_await net::async_read(stream, net::dynamic_buffer(answer), redirect_error(use_awaitable, end));
  connection.close();
  co_await connection.async_wait_closed(use_awaitable);
  client.close();
}

int main() {
  auto const identity = quoin::make_self_signed_certificate({"localhost"}).value();
  quoin::botan_settings ours;
  ours.alpn = {"echo"};
  ours.certificate_chain_pem = ours.ca_pem = identity.certificate_pem;
  ours.private_key_pem = identity.private_key_pem;
  quoin::endpoint_config<quoin::default_stack> config;
  config.crypto = quoin::make_botan_config(ours).value();
  config.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  net::io_context context;
  endpoint client{context.get_executor(), config};
  config.accept = true;
  endpoint server{context.get_executor(), config};
  std::string answer;
  net::co_spawn(context, serve(server), net::detached);
  net::co_spawn(context, ask(client, server.local_address(), answer), net::detached);
  context.run();
  return answer == "hello, asio" ? 0 : 1;
}
