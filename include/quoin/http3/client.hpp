// SPDX-License-Identifier: BSL-1.0
/// \file
/// An HTTP/3 client: an endpoint whose connections carry requests.
///
///     http3::client<quoin::default_stack> client{config};
///     client.connect(address, "example.org").get("/", [](http3::client_response& response) { ... });
///     client.run();
#pragma once

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/awaited_answer.hpp>
#include <quoin/http3/message/target.hpp>

namespace quoin::http3 {

template <class Stack>
struct client_config {
  /// The endpoint's own; its crypto must offer the application protocol "h3".
  endpoint_config<Stack> endpoint{};
  session_settings http3{};
};

/// One thread at a time may use it.
template <class Stack>
class client {
 public:
  using connection_type = connection<Stack>;

  /// Throws std::invalid_argument or std::system_error with a sentence that says what is wrong.
  explicit client(client_config<Stack> config)
      : endpoint_(config.endpoint), agent_(surroundings_of(endpoint_, config.endpoint.transport, config.http3)) {}

  /// A connection to a server, on which requests may be made at once. `authority` is what requests are for, with a port
  /// unless that is 443 (RFC 9110 4.2.2); its host is verified with TLS.
  /// With `early_data`, what is safe to be asked twice goes out before the handshake is complete; see `agent::adopt`.
  origin& connect(socket_address const& remote, std::string const& authority, connect_options const& how = {}) {
    return agent_.adopt(endpoint_.connect(remote, std::string{host_of(authority)}, how), authority);
  }

  /// Serves until no request is under way.
  void run() {
    while (agent_.pending() > 0) turn(std::chrono::milliseconds{100});
  }
  /// Serves what is due, after sleeping up to `max_wait` for it.
  void turn(duration max_wait) {
    endpoint_.turn(agent_, max_wait);
    agent_.after_turn();
  }

  /// Requests that have not come to their end.
  [[nodiscard]] std::size_t pending() const noexcept { return agent_.pending(); }
  [[nodiscard]] std::size_t connections() const noexcept { return agent_.connections(); }
  quoin::endpoint<Stack>& endpoint() noexcept { return endpoint_; }

 private:
  quoin::endpoint<Stack> endpoint_;
  agent<connection_type> agent_;
};

}  // namespace quoin::http3
