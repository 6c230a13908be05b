// SPDX-License-Identifier: BSL-1.0
/// \file
/// Asio without Boost, as `quoin::asio` uses it.
#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/version.hpp>
#if ASIO_VERSION >= 101900
#include <asio/associated_cancellation_slot.hpp>
#endif

#include <utility>

namespace quoin::asio {

/// For programs with Asio without Boost.
struct standalone_net {
  using error_code = std::error_code;
  using executor = ::asio::any_io_executor;
  using descriptor = ::asio::posix::stream_descriptor;
  using timer = ::asio::steady_timer;
  using buffer = ::asio::mutable_buffer;
  using const_buffer = ::asio::const_buffer;

  template <class Signature, class Start, class Token>
  static auto initiate(Start&& start, Token& token) {
    return ::asio::async_initiate<Token, Signature>(std::forward<Start>(start), token);
  }
  template <class Handler>
  static auto executor_of(Handler const& handler, executor const& otherwise) {
    return ::asio::get_associated_executor(handler, otherwise);
  }
  template <class Executor>
  static auto work_on(Executor const& executor) {
    return ::asio::make_work_guard(executor);
  }
  template <class Executor, class Call>
  static void post(Executor const& executor, Call&& call) {
    ::asio::post(executor, std::forward<Call>(call));
  }
  /// Calls `stop` when somebody cancels the operation that `handler` is for; older versions know no such thing.
  template <class Handler, class Stop>
  static void on_cancel([[maybe_unused]] Handler const& handler, [[maybe_unused]] Stop&& stop) {
#if ASIO_VERSION >= 101900
    auto slot = ::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
      slot.assign([stop = std::forward<Stop>(stop)](::asio::cancellation_type) mutable { stop(); });
#endif
  }
  template <class Handler>
  static void forget_cancel([[maybe_unused]] Handler const& handler) {
#if ASIO_VERSION >= 101900
    auto slot = ::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) slot.clear();
#endif
  }

  /// The first buffer of a sequence that has room; empty when there is none.
  template <class Buffer, class Buffers>
  static Buffer first_of(Buffers const& buffers) {
    auto const end = ::asio::buffer_sequence_end(buffers);
    for (auto at = ::asio::buffer_sequence_begin(buffers); at != end; ++at)
      if (Buffer const one{*at}; one.size() != 0) return one;
    return {};
  }

  static error_code end_of_stream() {
    return ::asio::error::eof;
  }
  static error_code aborted() {
    return ::asio::error::operation_aborted;
  }
  static error_code reset() {
    return ::asio::error::connection_reset;
  }
  static error_code broken() {
    return ::asio::error::connection_aborted;
  }
  static error_code stopped() {
    return ::asio::error::broken_pipe;
  }
  static error_code timed_out() {
    return ::asio::error::timed_out;
  }
  static error_code shut_down() {
    return ::asio::error::shut_down;
  }
  static error_code misused() {
    return ::asio::error::operation_not_supported;
  }
};

}  // namespace quoin::asio
