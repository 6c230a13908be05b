// SPDX-License-Identifier: BSL-1.0
/// \file
/// What `quoin::asio` uses of an Asio library. Included by a header for each, which says which one by these macros, as
/// no template has a namespace for a parameter.

namespace quoin::asio {

struct QUOIN_NET_NAME {
  using error_code = QUOIN_NET_ERROR_CODE;
  using executor = QUOIN_NET::any_io_executor;
  using descriptor = QUOIN_NET::posix::stream_descriptor;
  using timer = QUOIN_NET::steady_timer;
  using buffer = QUOIN_NET::mutable_buffer;
  using const_buffer = QUOIN_NET::const_buffer;

  template <class Signature, class Start, class Token>
  static auto initiate(Start&& start, Token& token) {
    return QUOIN_NET::async_initiate<Token, Signature>(std::forward<Start>(start), token);
  }
  template <class Handler>
  static auto executor_of(Handler const& handler, executor const& otherwise) {
    return QUOIN_NET::get_associated_executor(handler, otherwise);
  }
  template <class Executor>
  static auto work_on(Executor const& executor) {
    return QUOIN_NET::make_work_guard(executor);
  }
  template <class Executor, class Call>
  static void post(Executor const& executor, Call&& call) {
    QUOIN_NET::post(executor, std::forward<Call>(call));
  }
  /// Calls `stop` when somebody cancels the operation that `handler` is for; older versions know no such thing.
  template <class Handler, class Stop>
  static void on_cancel([[maybe_unused]] Handler const& handler, [[maybe_unused]] Stop&& stop) {
#if QUOIN_NET_VERSION >= 101900
    auto slot = QUOIN_NET::get_associated_cancellation_slot(handler);
    if (slot.is_connected())
      slot.assign([stop = std::forward<Stop>(stop)](QUOIN_NET::cancellation_type) mutable { stop(); });
#endif
  }
  template <class Handler>
  static void forget_cancel([[maybe_unused]] Handler const& handler) {
#if QUOIN_NET_VERSION >= 101900
    auto slot = QUOIN_NET::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) slot.clear();
#endif
  }

  /// The first buffer of a sequence that has room; empty when there is none.
  template <class Buffer, class Buffers>
  static Buffer first_of(Buffers const& buffers) {
    auto const end = QUOIN_NET::buffer_sequence_end(buffers);
    for (auto at = QUOIN_NET::buffer_sequence_begin(buffers); at != end; ++at)
      if (Buffer const one{*at}; one.size() != 0) return one;
    return {};
  }

  static error_code end_of_stream() {
    return QUOIN_NET::error::eof;
  }
  static error_code aborted() {
    return QUOIN_NET::error::operation_aborted;
  }
  static error_code reset() {
    return QUOIN_NET::error::connection_reset;
  }
  static error_code broken() {
    return QUOIN_NET::error::connection_aborted;
  }
  static error_code stopped() {
    return QUOIN_NET::error::broken_pipe;
  }
  static error_code timed_out() {
    return QUOIN_NET::error::timed_out;
  }
  static error_code shut_down() {
    return QUOIN_NET::error::shut_down;
  }
  static error_code misused() {
    return QUOIN_NET::error::operation_not_supported;
  }
};

}  // namespace quoin::asio

#undef QUOIN_NET
#undef QUOIN_NET_NAME
#undef QUOIN_NET_ERROR_CODE
#undef QUOIN_NET_VERSION
