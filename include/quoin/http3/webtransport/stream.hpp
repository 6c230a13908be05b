// SPDX-License-Identifier: BSL-1.0
/// \file
/// A stream of a WebTransport session, as its application sees it.
#pragma once

#include <quoin/base/function.hpp>
#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/webtransport/stream_error.hpp>

#include <optional>
#include <string>

namespace quoin::http3::webtransport {

/// Bytes in one direction or both. It lives until its `on_closed` has been told; calls on one that is over do nothing.
class stream {
 public:
  stream(incoming& of_session, stream_id id) noexcept : session_(&of_session), id_(id) {}
  stream(stream const&) = delete;
  stream& operator=(stream const&) = delete;

  // ---- what goes

  /// Takes as much of `bytes` as there is room for, and returns how much that was. When it was not all, `on_writable`
  /// is called when there is room again. Streams of the peer's in one direction take nothing.
  std::size_t write(byte_view bytes) {
    auto* const to = port();
    return to == nullptr || ended_ ? 0 : to->write_stream(id_, bytes);
  }
  std::size_t write(std::string_view text) { return write(as_bytes(text)); }

  /// The end, after `rest`. What the connection does not take of it at once is kept until it does.
  void end(std::string_view rest = {}) {
    if (ended_) return;
    kept_.assign(rest.substr(write(rest)));
    ended_ = true;
    if (auto* const to = port(); to != nullptr && kept_.empty()) to->finish_stream(id_);
  }

  /// Gives up sending; the peer hears of `code`.
  void reset(std::uint32_t code = 0) {
    ended_ = true;
    kept_.clear();
    if (auto* const to = port()) to->reset_stream(id_, to_http3(code));
  }
  /// Does not want the rest of what the peer sends; it hears of `code`.
  void stop(std::uint32_t code = 0) {
    content_.reset();
    if (auto* const from = port()) from->stop_stream(id_, to_http3(code));
  }

  void on_writable(function<void()> writer) { writable_ = std::move(writer); }
  /// The peer does not want what we send, and why, if it said so as an application.
  void on_stopped(function<void(std::optional<std::uint32_t>)> told) { stopped_ = std::move(told); }

  // ---- what comes

  /// Calls `taker(bytes)` with bytes as they arrive, as views. One that returns a number has taken so many, and is
  /// called again when there are more or by `resume`; until then the peer gets no credit. One that returns nothing
  /// takes them all. A taker may put another one in its own place: that gets what this one leaves.
  template <class Taker>
  requires std::is_invocable_v<Taker&, byte_view>
  void on_content(Taker taker) {
    content_ = http3::detail::counting(std::move(taker));
    if (taking_ != nullptr)
      taking_->replaced = true;
    else if (waiting_)
      resume();
  }
  /// Goes on with bytes that a taker has left.
  void resume() {
    if (taking_ != nullptr) return;  // it goes on behind the call
    while (auto* const from = port()) {
      auto const view = from->peek_stream(id_);
      if (view.empty()) return;
      waiting_ = true;
      if (!content_) return;
      http3::detail::taker_call call{taking_};
      auto const taken = std::min(call_kept(content_, view), view.size());
      if (auto* const still = port()) still->consume_stream(id_, taken);
      if (taken < view.size() && !call.replaced) return;
      waiting_ = false;
    }
  }
  /// The peer has sent all.
  void on_end(function<void()> told) { end_ = std::move(told); }
  /// The peer gave up sending, and why, if it said so as an application.
  void on_reset(function<void(std::optional<std::uint32_t>)> told) { reset_ = std::move(told); }

  /// It is over: both directions have come to their end, or the session has.
  void on_closed(function<void()> told) { closed_ = std::move(told); }

  [[nodiscard]] stream_id id() const noexcept { return id_; }
  [[nodiscard]] bool is_bidirectional() const noexcept { return id_.is_bidirectional(); }

  // ---- for the session

  void tell(session_event const& event) {
    using kind = session_event::kind;
    switch (event.what) {
      case kind::stream_readable: return resume();
      case kind::stream_end:
        if (end_) call_kept(end_);
        return;
      case kind::stream_reset:
        if (reset_) call_kept(reset_, to_application(static_cast<error_code>(event.code)));
        return;
      case kind::stream_stopped:
        ended_ = true;
        if (stopped_) call_kept(stopped_, to_application(static_cast<error_code>(event.code)));
        return;
      case kind::stream_writable: return go_on();
      default: return;
    }
  }
  void tell_closed() {
    if (auto told = std::move(closed_)) told();
  }

 private:
  [[nodiscard]] stream_port* port() const noexcept { return session_->streams(); }

  void go_on() {
    if (!ended_) {
      if (writable_) call_kept(writable_);
      return;
    }
    auto* const to = port();
    if (to == nullptr) return;
    kept_.erase(0, to->write_stream(id_, as_bytes(kept_)));
    if (kept_.empty()) to->finish_stream(id_);
  }

  incoming* session_;
  stream_id id_;
  function<std::size_t(byte_view)> content_;
  function<void()> end_;
  function<void(std::optional<std::uint32_t>)> reset_;
  function<void(std::optional<std::uint32_t>)> stopped_;
  function<void()> writable_;
  function<void()> closed_;
  std::string kept_;  ///< of the last piece, what has not been taken
  http3::detail::taker_call* taking_ = nullptr;
  bool ended_ = false;    ///< the application has said all
  bool waiting_ = false;  ///< bytes lie there that nobody took
};

}  // namespace quoin::http3::webtransport
