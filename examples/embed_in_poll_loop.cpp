// SPDX-License-Identifier: BSL-1.0
/// \file
/// An endpoint inside somebody else's event loop: the loop watches `native_handle()` and sleeps no longer than
/// `deadline()` says, and `service` does what is due. No thread, no callback from elsewhere.
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/default.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <stdexcept>

#include <poll.h>

using endpoint = quoin::endpoint<quoin::default_stack>;
using connection = quoin::connection<quoin::default_stack>;

/// Counts the connections that reached this end, and closes them again.
struct counter {
  void on_event(connection& of, quoin::connection_event const& event) {
    if (event.what != quoin::connection_event::kind::confirmed) return;
    ++confirmed;
    if (of.self() == quoin::role::client) of.close(0, "that was all", now);
  }
  quoin::instant now;
  int confirmed = 0;
};

/// Milliseconds until `at`, as poll wants them: rounded up, so that it does not wake up too early again and again.
int wait_for(endpoint const& who) {
  using std::chrono::milliseconds;
  if (who.deadline() == quoin::never) return 1000;
  if (who.deadline() <= who.now()) return 0;
  return static_cast<int>(
      std::min(std::chrono::ceil<milliseconds>(who.deadline() - who.now()), milliseconds{1000}).count());
}

template <class T>
T or_throw(quoin::basic_result<T, std::string> outcome) {
  if (!outcome) throw std::runtime_error{outcome.error()};
  return std::move(*outcome);
}

int main() try {
  auto const identity = or_throw(quoin::make_self_signed_certificate({"localhost"}));
  quoin::botan_settings ours;
  ours.alpn = {"count"};
  ours.certificate_chain_pem = ours.ca_pem = identity.certificate_pem;
  ours.private_key_pem = identity.private_key_pem;

  quoin::endpoint_config<quoin::default_stack> config;
  config.io.bind = quoin::socket_address::v4(127, 0, 0, 1, 0);
  config.crypto = or_throw(quoin::make_botan_config(ours));
  endpoint client{config};
  config.accept = true;
  endpoint server{config};
  client.connect(server.local_address(), "localhost");

  counter seen;
  std::array<pollfd, 2> watched{{{server.native_handle(), POLLIN, 0}, {client.native_handle(), POLLIN, 0}}};
  while (seen.confirmed < 2) {
    ::poll(watched.data(), watched.size(), std::min(wait_for(server), wait_for(client)));
    seen.now = server.now();
    server.service(seen);
    client.service(seen);
  }
  std::cout << seen.confirmed << " ends confirmed\n";
  return 0;
} catch (std::exception const& problem) {
  std::cerr << problem.what() << '\n';
  return 1;
}
