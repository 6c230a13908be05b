// SPDX-License-Identifier: BSL-1.0
/// \file
/// The same over real UDP, TLS 1.3 and a certificate that the client verifies: the default stack on loopback.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/default.hpp>

#include <iostream>
#include <stdexcept>

using connection = quoin::connection<quoin::default_stack>;
using quoin::connection_event;

struct echo_server {
  static constexpr bool takes_stream_data = true;
  void on_event(connection&, connection_event const&) {}
  std::size_t on_stream_data(connection& from, quoin::stream_id id, quoin::byte_view bytes, bool fin) {
    static_cast<void>(from.write(id, bytes));
    if (fin) static_cast<void>(from.finish(id));
    return bytes.size();
  }
};

struct greeter {
  static constexpr bool takes_stream_data = true;
  void on_event(connection& to, connection_event const& event) {
    if (event.what == connection_event::kind::closed) done = true;
    if (event.what != connection_event::kind::connected) return;
    auto const id = to.open(quoin::stream_direction::bidirectional);
    if (!id) return;
    static_cast<void>(to.write(*id, quoin::as_bytes("hello over UDP")));
    static_cast<void>(to.finish(*id));
  }
  std::size_t on_stream_data(connection&, quoin::stream_id, quoin::byte_view bytes, bool fin) {
    answer += quoin::as_text(bytes);
    done = fin;
    return bytes.size();
  }
  std::string answer;
  bool done = false;
};

template <class T>
T or_throw(quoin::basic_result<T, std::string> outcome) {
  if (!outcome) throw std::runtime_error{outcome.error()};
  return std::move(*outcome);
}

int main() try {
  auto const identity = or_throw(quoin::make_self_signed_certificate({"localhost"}));
  quoin::botan_settings ours;
  ours.alpn = {"echo"};
  ours.certificate_chain_pem = ours.ca_pem = identity.certificate_pem;
  ours.private_key_pem = identity.private_key_pem;

  quoin::endpoint_config<quoin::default_stack> config;
  config.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  config.crypto = or_throw(quoin::make_botan_config(ours));
  quoin::endpoint<quoin::default_stack> client{config};
  config.accept = true;
  quoin::endpoint<quoin::default_stack> server{config};

  echo_server echo;
  greeter greeter;
  client.connect(server.local_address(), "localhost");
  while (!greeter.done) {
    client.turn(greeter, std::chrono::milliseconds{1});
    server.turn(echo, std::chrono::milliseconds{1});
  }
  std::cout << greeter.answer << '\n';
  return greeter.answer == "hello over UDP" ? 0 : 1;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
