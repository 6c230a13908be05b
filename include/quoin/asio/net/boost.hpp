// SPDX-License-Identifier: BSL-1.0
/// \file
/// Boost.Asio, as `quoin::asio` uses it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/version.hpp>
#if BOOST_ASIO_VERSION >= 101900
#include <boost/asio/associated_cancellation_slot.hpp>
#endif

#include <utility>

namespace quoin::asio {

/// For programs with Boost.Asio.
struct boost_net {
  using error_code = boost::system::error_code;
  using executor = boost::asio::any_io_executor;
  using descriptor = boost::asio::posix::stream_descriptor;
  using timer = boost::asio::steady_timer;
  using buffer = boost::asio::mutable_buffer;
  using const_buffer = boost::asio::const_buffer;

  template <class Signature, class Start, class Token>
  static auto initiate(Start&& start, Token& token) {
    return boost::asio::async_initiate<Token, Signature>(std::forward<Start>(start), token);
  }
  template <class Handler>
  static auto executor_of(Handler const& handler, executor const& otherwise) {
    return boost::asio::get_associated_executor(handler, otherwise);
  }
  template <class Executor>
  static auto work_on(Executor const& executor) {
    return boost::asio::make_work_guard(executor);
  }
  template <class Executor, class Call>
  static void post(Executor const& executor, Call&& call) {
    boost::asio::post(executor, std::forward<Call>(call));
  }
  /// Calls `stop` when somebody cancels the operation that `handler` is for; older versions know no such thing.
  template <class Handler, class Stop>
  static void on_cancel([[maybe_unused]] Handler const& handler, [[maybe_unused]] Stop&& stop) {
#if BOOST_ASIO_VERSION >= 101900
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
      slot.assign([stop = std::forward<Stop>(stop)](boost::asio::cancellation_type) mutable { stop(); });
#endif
  }
  template <class Handler>
  static void forget_cancel([[maybe_unused]] Handler const& handler) {
#if BOOST_ASIO_VERSION >= 101900
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) slot.clear();
#endif
  }

  /// The first buffer of a sequence that has room; empty when there is none.
  template <class Buffer, class Buffers>
  static Buffer first_of(Buffers const& buffers) {
    auto const end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at)
      if (Buffer const one{*at}; one.size() != 0) return one;
    return {};
  }

  static error_code end_of_stream() {
    return boost::asio::error::eof;
  }
  static error_code aborted() {
    return boost::asio::error::operation_aborted;
  }
  static error_code reset() {
    return boost::asio::error::connection_reset;
  }
  static error_code broken() {
    return boost::asio::error::connection_aborted;
  }
  static error_code stopped() {
    return boost::asio::error::broken_pipe;
  }
  static error_code timed_out() {
    return boost::asio::error::timed_out;
  }
  static error_code shut_down() {
    return boost::asio::error::shut_down;
  }
  static error_code misused() {
    return boost::asio::error::operation_not_supported;
  }
};

}  // namespace quoin::asio
