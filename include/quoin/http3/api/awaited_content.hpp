// SPDX-License-Identifier: BSL-1.0
/// \file
/// What `co_await` does with the content of messages.
#pragma once

#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/api/outgoing.hpp>
#include <quoin/http3/api/work.hpp>
#include <quoin/http3/wire/error.hpp>

#include <stdexcept>
#include <string>

namespace quoin::http3 {

/// A message that will not come to its end, or that nobody takes any more: because of the peer, the connection, or
/// ourselves. H3_REQUEST_REJECTED: the server has not touched the request (RFC 9114 4.1.1).
class message_lost : public std::runtime_error {
 public:
  explicit message_lost(error_code why)
      : std::runtime_error("http3: the message was given up (error " + std::to_string(number_of(why)) + ")"),
        code_(why) {}
  [[nodiscard]] error_code code() const noexcept { return code_; }

 private:
  error_code code_;
};

/// More content than the application takes.
class content_too_large : public std::runtime_error {
 public:
  explicit content_too_large(std::size_t most)
      : std::runtime_error("http3: the content is larger than " + std::to_string(most) + " bytes") {}
};

namespace detail {

/// Goes on with the coroutine as soon as `done`; `ask(told)` has `told` called once when that may be so.
template <class Suspended, class Done, class Ask>
void go_on_when(Suspended waits, Done done, Ask ask) {
  ask([waits = std::move(waits), done, ask]() mutable {
    if (waits.gone()) return;  // and what `done` is about with it
    if (done())
      waits();
    else
      go_on_when(std::move(waits), done, ask);
  });
}

}  // namespace detail

/// See `incoming::next`.
class awaited_piece {
 public:
  explicit awaited_piece(incoming& of) noexcept : of_(of) {}
  awaited_piece(awaited_piece const&) = delete;
  awaited_piece& operator=(awaited_piece const&) = delete;

  bool await_ready() {
    of_.drop_seen();
    return has_news();
  }
  template <class Handle>
  void await_suspend(Handle waits) {
    of_.on_news(detail::suspended<Handle>{waits});
  }
  std::string_view await_resume() {
    if (of_.lost()) throw message_lost{*of_.lost()};
    return as_text(of_.see());
  }

 private:
  bool has_news() { return of_.complete() || of_.lost() || !of_.peek().empty(); }

  incoming& of_;
};

/// See `incoming::body`.
class awaited_body {
 public:
  awaited_body(incoming& of, std::size_t most) noexcept : of_(of), most_(most) {}
  awaited_body(awaited_body const&) = delete;
  awaited_body& operator=(awaited_body const&) = delete;

  bool await_ready() {
    of_.drop_seen();
    too_large_ = of_.announces_more_than(most_);
    return take();
  }
  template <class Handle>
  void await_suspend(Handle waits) {
    detail::go_on_when(
        detail::suspended<Handle>{waits}, [this] { return take(); },
        [of = &of_](auto told) { of->on_news(std::move(told)); });
  }
  std::string await_resume() {
    if (too_large_) {
      of_.refuse();
      throw content_too_large{most_};
    }
    if (of_.lost()) throw message_lost{*of_.lost()};
    return std::move(body_);
  }

 private:
  /// Whether there is nothing to wait for.
  bool take() {
    while (!too_large_ && !of_.complete() && !of_.lost()) {
      auto const piece = of_.peek();
      if (piece.empty()) return false;
      too_large_ = piece.size() > most_ - body_.size();
      if (too_large_) break;
      body_ += as_text(piece);
      of_.consume(piece.size());
    }
    return true;
  }

  incoming& of_;
  std::size_t most_;
  std::string body_;
  bool too_large_ = false;
};

/// See `outgoing::write_all`.
class awaited_write {
 public:
  /// `to` is null for a message that is over.
  awaited_write(outgoing* to, byte_view bytes) noexcept : to_(to), rest_(bytes) {}
  awaited_write(awaited_write const&) = delete;
  awaited_write& operator=(awaited_write const&) = delete;

  bool await_ready() { return write(); }
  template <class Handle>
  void await_suspend(Handle waits) {
    detail::go_on_when(
        detail::suspended<Handle>{waits}, [this] { return write(); },
        [to = to_](auto told) { to->on_room(std::move(told)); });
  }
  void await_resume() const {
    if (!rest_.empty()) throw message_lost{error_code::request_cancelled};
  }

 private:
  /// Whether there is nothing to wait for.
  bool write() {
    if (to_ == nullptr) return true;
    rest_ = rest_.subspan(to_->write(rest_));
    return rest_.empty() || to_->unwanted() || to_->ended();
  }

  outgoing* to_;
  byte_view rest_;
};

inline awaited_piece incoming::next() {
  return awaited_piece{*this};
}
inline awaited_body incoming::body(std::size_t most) {
  return {*this, most};
}
inline awaited_write outgoing::write_all(byte_view bytes) {
  return {this, bytes};
}
inline awaited_write outgoing::write_all(std::string_view text) {
  return {this, as_bytes(text)};
}

}  // namespace quoin::http3
