// SPDX-License-Identifier: BSL-1.0
/// \file
/// A message that goes out: a head, content for as long as there is some, perhaps trailers.
#pragma once

#include <quoin/base/ascii.hpp>
#include <quoin/base/function.hpp>
#include <quoin/http3/api/port.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace quoin::http3 {

namespace detail {

/// A field line as applications write it, made fit to be sent; throws std::invalid_argument if it never will be.
inline void add_checked(field_list& to, std::string& scratch, std::string_view name, std::string_view value) {
  scratch.assign(name);
  make_lower(scratch);
  if (auto const problem = problem_with({scratch, value}); !problem.empty())
    throw std::invalid_argument{"http3: the field '" + std::string{name} + "' cannot be sent: " + std::string{problem} +
                                " (RFC 9114 4.2)"};
  to.add(scratch, value);
}

}  // namespace detail

class awaited_write;

/// What responses of a server and requests of a client have in common. Calls on one that is over do nothing.
class outgoing {
 public:
  outgoing() = default;
  outgoing(outgoing const&) = delete;
  outgoing& operator=(outgoing const&) = delete;

  /// Sends the head, if that has not happened, and as much of `bytes` as there is room for; returns how much that was.
  /// When it was not all, `on_writable` is called when there is room again.
  std::size_t write(byte_view bytes) {
    if (!ready() || ended_ || !send_head(false)) return 0;
    return port_->write(id_, bytes);
  }
  std::size_t write(std::string_view text) { return write(as_bytes(text)); }

  /// `co_await message.write_all(text)`: the same for all of it, however long it takes. Throws `message_lost` when
  /// nobody wants the rest. `text` has to stay until then.
  [[nodiscard]] awaited_write write_all(std::string_view text);
  [[nodiscard]] awaited_write write_all(byte_view bytes);

  /// The end, after the rest of the content. What the connection does not take at once is kept until it does.
  void end(std::string_view rest = {}) {
    if (!ready() || ended_) return;
    bool const head_was_sent = head_sent_;
    ended_ = true;
    bool const bare = rest.empty() && trailers_.empty();
    if (send_head(bare)) {
      if (bare && !head_was_sent) return note_finished();
      rest = rest.substr(port_->write(id_, as_bytes(rest)));
    }
    kept_.assign(rest);
    kept_at_ = 0;
    if (head_sent_) send_rest();
  }

  /// Sends the head now, with content to follow whenever there is some: for tunnels and long polling.
  void start_content() {
    if (ready() && !ended_) static_cast<void>(send_head(false));
  }

  /// `writer(message)` is called when content is taken again after `write` took less than it was given.
  void on_writable(function<void()> writer) { writable_ = std::move(writer); }
  /// Calls `told` once: when content is taken again after `write` took less than it was given, or never will be.
  void on_room(function<void()> told) { room_ = std::move(told); }
  /// It is over: everything has arrived, or it was given up. Nothing here may be used afterwards.
  void on_closed(function<void()> told) { closed_ = std::move(told); }

  /// Gives the whole exchange up (RFC 9114 4.1.1).
  void abort(error_code code = error_code::request_cancelled) {
    if (!ready()) return;
    if (named_)
      port_->cancel(id_, code);
    else
      over_ = true;
  }

  /// The same because of what the peer said in a protocol of the application's, which costs it something
  /// (RFC 9114 10.5).
  void refuse(error const& why) {
    if (ready() && named_) port_->refuse(id_, why);
  }

  /// How urgent it is, compared with others on the same connection (RFC 9218).
  void prioritize(stream_priority priority) {
    if (ready()) port_->prioritize(id_, priority);
  }

  /// Sends a datagram of this exchange, if it can be sent now (RFC 9297 2.1). `incoming::on_datagram` comes first.
  bool send_datagram(byte_view payload) { return ready() && port_->send_datagram(id_, payload); }

  /// The largest payload that such a datagram can have now; 0 when the peer takes none.
  [[nodiscard]] std::size_t max_datagram() { return ready() && named_ ? port_->max_datagram(id_) : 0; }

  [[nodiscard]] bool head_sent() const noexcept { return head_sent_; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// The peer does not want it any more, or it is over.
  [[nodiscard]] bool unwanted() const noexcept { return over_; }
  [[nodiscard]] stream_id id() const noexcept { return id_; }

  // ---- for whoever hosts it

  [[nodiscard]] bool named() const noexcept { return named_; }
  /// Says a whole message that had no content once more.
  void say_again() {
    head_sent_ = named_ = finished_ = false;
    send_rest();
  }
  void tell_writable() {
    if (over_) return;
    if (ended_) return send_rest();
    if (!send_head(false)) return;
    if (writable_) call_kept(writable_);
    if (room_) call_once(room_);
  }
  void tell_stopped() {
    over_ = true;
    if (room_) call_once(room_);
  }
  void tell_closed() {
    over_ = true;
    if (closed_) call_kept(closed_);
    if (room_) call_once(room_);
  }
  void finish() noexcept {
    over_ = true;
    port_ = nullptr;
    writable_.reset();
    room_.reset();
    closed_.reset();
    head_.clear();
    trailers_.clear();
    kept_.clear();
    if (kept_.capacity() > 64 * 1024) kept_ = {};
  }

 protected:
  ~outgoing() = default;

  void begin(exchange_port& port) {
    port_ = &port;
    head_.clear();
    trailers_.clear();
    head_sent_ = named_ = ended_ = finished_ = over_ = false;
  }
  void name(stream_id id) noexcept {
    id_ = id;
    named_ = true;
  }
  [[nodiscard]] bool ready() const noexcept { return port_ != nullptr && !over_; }

  void add_field(std::string_view name, std::string_view value) { detail::add_checked(head_, scratch_, name, value); }
  void add_trailer(std::string_view name, std::string_view value) {
    detail::add_checked(trailers_, scratch_, name, value);
  }
  /// The fields of the head behind its pseudo-header fields, as a span that is good until the next call.
  std::span<field const> head_with(std::span<field const> pseudo) { return joined(pseudo, head_); }
  void drop_fields() noexcept { head_.clear(); }
  [[nodiscard]] exchange_port& port() noexcept { return *port_; }

  enum class head_outcome : std::uint8_t { sent, later, failed };
  /// Sends the whole head; `later`: `tell_writable` is called when it is worth another attempt.
  virtual head_outcome deliver_head(bool ends) = 0;
  /// The head has been sent.
  virtual void on_head_sent() {}
  /// Our end is sent; whether the rest of the peer's message is still wanted.
  virtual void close_reading() {}

 private:
  bool send_head(bool ends) {
    if (head_sent_) return true;
    auto const outcome = deliver_head(ends);
    head_sent_ = outcome == head_outcome::sent;
    if (head_sent_) on_head_sent();
    // The peer takes no such fields, or the exchange is over already.
    if (outcome == head_outcome::failed) {
      abort(error_code::internal_error);
      over_ = true;
    }
    return head_sent_;
  }

  /// After `end`: the head, if it is not out yet, what is kept, and the end itself, as far as they are taken.
  void send_rest() {
    if (finished_) return;
    if (!head_sent_) {
      bool const bare = kept_.empty() && trailers_.empty();
      if (!send_head(bare)) return;
      if (bare) return note_finished();
    }
    if (kept_at_ < kept_.size()) kept_at_ += port_->write(id_, as_bytes(std::string_view{kept_}.substr(kept_at_)));
    if (kept_at_ < kept_.size() || over_) return;
    port_->finish(id_, joined({}, trailers_));
    note_finished();
  }

  std::span<field const> joined(std::span<field const> first, field_list const& rest) {
    lines_.assign(first.begin(), first.end());
    for (auto const& line : rest) lines_.push_back(line);
    return lines_;
  }

  void note_finished() {
    finished_ = true;
    close_reading();
  }

  exchange_port* port_ = nullptr;
  stream_id id_;
  field_list head_;
  field_list trailers_;
  std::string kept_;  ///< of the last piece of content, what has not been taken
  std::size_t kept_at_ = 0;
  std::string scratch_;
  std::vector<field> lines_;
  function<void()> writable_;
  function<void()> room_;
  function<void()> closed_;
  bool named_ = false;  ///< `id_` is a stream's
  bool head_sent_ = false;
  bool ended_ = false;     ///< the application has said all
  bool finished_ = false;  ///< and it is on its way
  bool over_ = true;
};

}  // namespace quoin::http3
