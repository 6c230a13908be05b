// SPDX-License-Identifier: BSL-1.0
/// \file
/// A QUIC stream as Asio knows streams.
#pragma once

#include <quoin/asio/link.hpp>

#include <memory>

namespace quoin::asio {

/// One end of a stream, with `async_read_some` and `async_write_some`, so that `async_read`, `async_read_until`,
/// `async_write` and everything made for an AsyncReadStream and an AsyncWriteStream works on it. To be used from its
/// executor only. When it is destroyed, what was not finished is given up (RFC 9000 2.4).
///
/// Errors are Asio's: `eof` at the end of the stream, `connection_reset` when the peer has given it up, `broken_pipe`
/// when the peer does not want what is written, `operation_aborted` when the operation or the connection was ended
/// here, `timed_out` when the peer is silent, `connection_aborted` for what a connection dies of otherwise.
template <class Stack, class Net>
class stream {
  using body = detail::stream_body<Stack, Net>;

 public:
  using executor_type = typename Net::executor;
  using error_code = typename Net::error_code;

  stream() = default;
  explicit stream(std::shared_ptr<body> of) : body_(std::move(of)) {}
  stream(stream&&) noexcept = default;
  stream& operator=(stream&& other) noexcept {
    if (body_) body_->give_up();
    body_ = std::move(other.body_);
    return *this;
  }
  ~stream() {
    if (body_) body_->give_up();
  }

  [[nodiscard]] executor_type get_executor() const { return body_->executor(); }
  [[nodiscard]] stream_id id() const { return body_->id(); }

  /// Reads into the first of `buffers` that has room, at least one byte. One read at a time.
  template <class Buffers, class Token>
  auto async_read_some(Buffers const& buffers, Token&& token) {
    return Net::template initiate<void(error_code, std::size_t)>(
        [kept = body_, room = Net::template first_of<typename Net::buffer>(buffers)](auto handler) {
          kept->read(std::move(handler), {static_cast<std::uint8_t*>(room.data()), room.size()});
        },
        token);
  }

  /// Writes of the first of `buffers` that has bytes what the send buffer takes, at least one byte. One write at a
  /// time.
  template <class Buffers, class Token>
  auto async_write_some(Buffers const& buffers, Token&& token) {
    return Net::template initiate<void(error_code, std::size_t)>(
        [kept = body_, bytes = Net::template first_of<typename Net::const_buffer>(buffers)](auto handler) {
          kept->write(std::move(handler), {static_cast<std::uint8_t const*>(bytes.data()), bytes.size()});
        },
        token);
  }

  /// Nothing more will be written: the peer reads `eof` behind what was.
  void shutdown() { body_->finish(); }
  /// Gives up sending, and what was not delivered yet (RFC 9000 3.1).
  void reset(std::uint64_t code) { body_->reset(code); }
  /// Asks the peer to give up sending (RFC 9000 3.5).
  void stop_sending(std::uint64_t code) { body_->stop_sending(code); }
  /// Ends what is waiting with `operation_aborted`; the stream can still be used.
  void cancel() { body_->cancel(); }

 private:
  std::shared_ptr<body> body_;
};

}  // namespace quoin::asio
