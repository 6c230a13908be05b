// SPDX-License-Identifier: BSL-1.0
/// \file
/// An HTTP/3 server: an endpoint whose connections are answered by one handler.
///
///     http3::server<quoin::default_stack> server{config};
///     server.serve([](http3::request const& request, http3::response& response) {
///       response.field("content-type", "text/plain").end("You asked for " + std::string{request.path()});
///     });
#pragma once

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/http3/api/service.hpp>

namespace quoin::http3 {

template <class Stack>
struct server_config {
  /// The endpoint's own; its crypto must offer the application protocol "h3".
  endpoint_config<Stack> endpoint{};
  /// Limits of HTTP/3. `request_streams` is taken from `endpoint.transport`.
  session_settings http3{};
};

/// One thread at a time may use it; `stop` may be called from a signal handler or another thread. What clients say of
/// urgency is handed to the stack's scheduler: `urgency_incremental` does what RFC 9218 10 recommends, `round_robin`
/// takes no notice.
template <class Stack>
class server {
 public:
  using connection_type = connection<Stack>;

  /// Throws std::invalid_argument or std::system_error with a sentence that says what is wrong.
  explicit server(server_config<Stack> config)
      : endpoint_(accepting(config)),
        service_(unset, surroundings_of(endpoint_, config.endpoint.transport, config.http3)) {}

  /// Calls `handler(request, response)` for each request, until `stop` or until a `shutdown` is through. A handler that
  /// throws is answered for with 500.
  template <class Handler>
  void serve(Handler handler) {
    service_.set_handler(std::move(handler));
    while (!stopping_.load(std::memory_order_relaxed) && !endpoint_.is_shut_down())
      turn(std::chrono::milliseconds{100});
  }

  /// The same for programs with a loop of their own: sets the handler, and serves what is due.
  template <class Handler>
  void on_request(Handler handler) {
    service_.set_handler(std::move(handler));
  }
  void turn(duration max_wait) {
    endpoint_.turn(service_, max_wait);
    service_.after_turn();
  }

  /// Makes `serve` return soon; safe in signal handlers.
  void stop() noexcept { stopping_.store(true, std::memory_order_relaxed); }

  /// Ends gracefully (RFC 9114 5.2): clients are told at once, requests that are on their way are still taken for a
  /// moment, and what is under way may finish until `grace` has passed. Then connections are closed with H3_NO_ERROR.
  void shutdown(duration grace) {
    service_.shutdown_within(grace);
    endpoint_.shutdown(grace, number_of(error_code::no_error), "the server shuts down");
  }

  [[nodiscard]] socket_address local_address() const { return endpoint_.local_address(); }
  [[nodiscard]] std::size_t connections() const noexcept { return service_.connections(); }
  [[nodiscard]] std::size_t exchanges() const noexcept { return service_.exchanges(); }
  quoin::endpoint<Stack>& endpoint() noexcept { return endpoint_; }

 private:
  static void unset(request&, response& response) { response.status(503).end(); }

  static endpoint_config<Stack> accepting(server_config<Stack> const& config) {
    auto ours = config.endpoint;
    ours.accept = true;
    return ours;
  }

  quoin::endpoint<Stack> endpoint_;
  service<connection_type> service_;
  std::atomic<bool> stopping_{false};
};

}  // namespace quoin::http3
