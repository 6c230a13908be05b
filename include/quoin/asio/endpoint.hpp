// SPDX-License-Identifier: BSL-1.0
/// \file
/// A QUIC endpoint that lives in an `io_context`, with connections and streams as asynchronous objects.
///
///     quoin::asio::endpoint<quoin::default_stack, quoin::asio::boost_net> server{context.get_executor(), config};
///     auto connection = co_await server.async_accept(use_awaitable);
///     auto stream = co_await connection.async_accept_stream(use_awaitable);
#pragma once

#include <quoin/asio/driving.hpp>

#include <string>

namespace quoin::asio {

/// A connection that was accepted or made. Copies are the same connection; it goes on without any. To be used from its
/// executor only.
template <class Stack, class Net>
class connection_handle {
  using link = detail::link<Stack, Net>;

 public:
  using executor_type = typename Net::executor;
  using error_code = typename Net::error_code;
  using stream_type = stream<Stack, Net>;

  connection_handle() = default;
  explicit connection_handle(std::shared_ptr<link> of) : link_(std::move(of)) {}

  [[nodiscard]] executor_type get_executor() const { return link_->executor(); }

  /// `token` is for `void(error_code, stream)`: the next stream that the peer opened.
  template <class Token>
  auto async_accept_stream(Token&& token) {
    return Net::template initiate<void(error_code, stream_type)>(
        [kept = link_](auto handler) { kept->accept_stream(std::move(handler)); }, token);
  }

  /// The same for one of ours; waits until the peer allows one more (RFC 9000 4.6).
  template <class Token>
  auto async_open_stream(stream_direction direction, Token&& token) {
    return Net::template initiate<void(error_code, stream_type)>(
        [kept = link_, direction](auto handler) { kept->open_stream(direction, std::move(handler)); }, token);
  }

  /// Waits until the connection is over, however it came to that: `close_reason` says.
  template <class Token>
  auto async_wait_closed(Token&& token) {
    return Net::template initiate<void(error_code)>(
        [kept = link_](auto handler) { kept->wait_closed(std::move(handler)); }, token);
  }

  /// Ends it; the peer is told `code` and `reason` (RFC 9000 10.2). What waits ends with `operation_aborted`.
  void close(std::uint64_t code = 0, std::string_view reason = {}) { link_->close(code, reason); }
  /// Why it ended, once it has.
  [[nodiscard]] std::optional<close_info> const& close_reason() const { return link_->close_reason(); }
  /// The connection itself, for what is not wrapped here; null when it is gone. Call `wake` after using it.
  [[nodiscard]] connection<Stack>* get() const { return link_->conn(); }
  void wake() { link_->wake(); }

 private:
  std::shared_ptr<link> link_;
};

/// A client, a server, or both, on one address. It wants to be used from its executor only: give it a strand where
/// several threads run the context. As long as it exists and is not closed, it keeps `run` from returning, as it has to
/// answer its peers. Its connections are gone when it is.
template <class Stack, class Net>
class endpoint {
  using driving = detail::driving<Stack, Net>;

 public:
  using executor_type = typename Net::executor;
  using error_code = typename Net::error_code;
  using connection_type = connection_handle<Stack, Net>;

  /// Throws std::invalid_argument or std::system_error with a sentence that says what is wrong.
  endpoint(executor_type executor, endpoint_config<Stack> config)
      : driving_(std::make_shared<driving>(std::move(executor), std::move(config))) {
    driving_->start();
  }
  ~endpoint() { close(); }
  endpoint(endpoint const&) = delete;
  endpoint& operator=(endpoint const&) = delete;

  [[nodiscard]] executor_type get_executor() const { return driving_->executor(); }

  /// `token` is for `void(error_code, connection_handle)`: the next client whose handshake is complete.
  template <class Token>
  auto async_accept(Token&& token) {
    return Net::template initiate<void(error_code, connection_type)>(
        [kept = driving_](auto handler) { kept->accept(std::move(handler)); }, token);
  }

  /// The same for a server; `server_name` is asked for by SNI and verified.
  template <class Token>
  auto async_connect(socket_address const& remote, std::string server_name, Token&& token) {
    return Net::template initiate<void(error_code, connection_type)>(
        [kept = driving_, remote, name = std::move(server_name)](auto handler) mutable {
          kept->connect(remote, std::move(name), std::move(handler));
        },
        token);
  }

  /// Drops all connections without a word, and ends what waits with `operation_aborted`. To part in good order, close
  /// them and wait for `async_wait_closed` first.
  void close() { driving_->stop(); }

  [[nodiscard]] socket_address local_address() const { return driving_->quic().local_address(); }
  /// The endpoint itself, for what is not wrapped here.
  [[nodiscard]] quoin::endpoint<Stack>& quic() { return driving_->quic(); }

 private:
  std::shared_ptr<driving> driving_;
};

}  // namespace quoin::asio
