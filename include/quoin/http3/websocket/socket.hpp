// SPDX-License-Identifier: BSL-1.0
/// \file
/// One end of a WebSocket over a stream of HTTP/3 (RFC 9220, RFC 6455).
#pragma once

#include <quoin/ambient/system_entropy.hpp>
#include <quoin/base/function.hpp>
#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/api/outgoing.hpp>
#include <quoin/http3/websocket/message_reader.hpp>

#include <memory>
#include <optional>
#include <string>

namespace quoin::http3::websocket {

struct socket_settings {
  /// Bytes of the largest message that is taken; a larger one ends the socket with 1009.
  std::size_t most_message = 1 << 20;
  /// Bytes of frames that wait until the connection takes them. While there are so many, `send_text` and `send_binary`
  /// take nothing.
  std::size_t most_unsent = 1 << 20;
};

/// Messages out and in, whole ones. It lives as long as its exchange: until `on_closed`.
class socket {
 public:
  socket(socket const&) = delete;
  socket& operator=(socket const&) = delete;

  /// Takes a copy of a message; false when it is closing, or too much is waiting: `on_writable` tells when that is
  /// less. What is said to be text must be UTF-8.
  bool send_text(std::string_view message) { return send(opcode::text, as_bytes(message)); }
  bool send_binary(byte_view message) { return send(opcode::binary, message); }

  /// A ping with at most 125 bytes (RFC 6455 5.5.2); false when it cannot be sent.
  bool ping(byte_view payload = {}) { return payload.size() <= most_control_payload && send(opcode::ping, payload); }

  /// Begins the closing handshake (RFC 6455 7.1.2). Nothing is sent any more; what comes is still told, until the peer
  /// closes, too. `code` may be one of 1000 to 1003, 1007 to 1014, 3000 to 4999; `reason` has at most 123 bytes. False
  /// when it is not so, or closing already.
  bool close(close_code code = close_code::normal, std::string_view reason = {}) {
    if (!may_be_sent(code) || reason.size() > most_control_payload - 2 || closing_ || closed_) return false;
    say_close(code, reason);
    return true;
  }
  /// Gives it up without a word: the peer sees H3_REQUEST_CANCELLED (RFC 9220 3).
  void abort() {
    if (closed_) return;
    closing_ = deaf_ = true;
    unsent_.clear();
    to_->abort();
  }

  void on_text(function<void(std::string_view)> taker) { text_ = std::move(taker); }
  void on_binary(function<void(byte_view)> taker) { binary_ = std::move(taker); }
  void on_pong(function<void(byte_view)> taker) { pong_ = std::move(taker); }
  /// All that waited has left, so that messages are taken again.
  void on_writable(function<void()> told) { writable_ = std::move(told); }
  /// The last word, with what the peer has said, or what we have said of the peer: 1006 when the stream ended without a
  /// Close frame.
  void on_closed(function<void(close_code, std::string_view)> told) { ended_ = std::move(told); }

  /// Nothing more is told until `resume`, and the peer gets no credit for more.
  void pause() noexcept { paused_ = true; }
  void resume() {
    if (std::exchange(paused_, false) && !closed_) from_->resume();
  }

  [[nodiscard]] bool closing() const noexcept { return closing_ || closed_; }
  /// Bytes of frames that wait for the connection, and of a message that is not whole.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_.size(); }
  [[nodiscard]] std::size_t held_bytes() const noexcept { return reader_.held_bytes(); }

  // ---- for whoever opens it

  /// A socket over an exchange, whose handlers it takes all.
  static socket& over(incoming& from, outgoing& to, role self, socket_settings const& settings) {
    auto const made = std::shared_ptr<socket>(new socket{from, to, self, settings});
    from.on_content([made](byte_view bytes) { return made->take(bytes); });
    from.on_end([made] { made->take_end(); });
    to.on_writable([made] { made->flush(true); });
    to.on_closed([made] { made->finish(); });
    return *made;
  }

 private:
  struct last_word {
    close_code code = close_code::abnormal;
    std::string reason;
  };

  socket(incoming& from, outgoing& to, role self, socket_settings const& settings)
      : from_(&from), to_(&to), self_(self), settings_(settings), reader_(self, settings.most_message) {}

  bool send(opcode code, byte_view payload) {
    if (closing_ || closed_) return false;
    if (unsent_.size() >= settings_.most_unsent) return false;
    put(code, payload);
    return true;
  }

  void put(opcode code, byte_view payload) {
    frame_head head{code, true, {}, payload.size()};
    if (self_ == role::client) {
      // RFC 6455 5.3: a new one for each frame, which nobody can foresee.
      head.key.emplace();
      entropy_.fill(*head.key);
    }
    std::array<std::uint8_t, most_frame_head> room{};
    byte_writer writer{room};
    write_head(writer, head);
    auto const written = writer.written();
    unsent_.insert(unsent_.end(), written.begin(), written.end());
    auto const before = unsent_.size();
    unsent_.insert(unsent_.end(), payload.begin(), payload.end());
    if (head.key) apply_mask(byte_span{unsent_}.subspan(before), *head.key, 0);
    bool const waited = before > written.size();
    flush(waited);
  }

  /// `waited`: there was something already.
  void flush(bool waited) {
    if (closed_ || unsent_.empty() || to_->ended()) return;
    auto const taken = to_->write(byte_view{unsent_});
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(taken));
    if (!unsent_.empty()) return;
    // RFC 6455 5.5.3: of several pings that came meanwhile, the last is answered.
    if (auto const owed = std::exchange(owed_pong_, std::nullopt)) return put(opcode::pong, *owed);
    if (waited && !closing_ && writable_) call_kept(writable_);
  }

  std::size_t take(byte_view bytes) {
    if (deaf_ || closed_) return bytes.size();
    if (paused_) return 0;
    auto const read = reader_.read(bytes, [this](arrival const& one) {
      tell(one);
      return !paused_;
    });
    if (!read && !deaf_) fail(read.error());
    return deaf_ ? bytes.size() : *read;
  }

  void tell(arrival const& one) {
    if (deaf_ || closed_) return;
    switch (one.what) {
      case opcode::text:
        if (text_) call_kept(text_, as_text(one.payload));
        return;
      case opcode::binary:
        if (binary_) call_kept(binary_, one.payload);
        return;
      case opcode::ping: return answer_ping(one.payload);
      case opcode::pong:
        if (pong_) call_kept(pong_, one.payload);
        return;
      case opcode::close: return take_close(one);
      case opcode::continuation: return;
    }
  }

  void answer_ping(byte_view payload) {
    if (closing_) return;
    if (unsent_.empty()) return put(opcode::pong, payload);
    owed_pong_.emplace(payload.begin(), payload.end());
  }

  /// RFC 6455 5.5.1, 7.1.1: it is answered in kind, and then the stream ends.
  void take_close(arrival const& one) {
    said_ = {one.code, std::string{as_text(one.payload)}};
    if (!closing_) say_close(one.code, {});
    end();
  }

  /// RFC 6455 7.1.7
  void fail(violation const& why) {
    said_ = {why.code, std::string{why.reason}};
    if (!closing_) say_close(why.code, why.reason);
    end();
  }

  void say_close(close_code code, std::string_view reason) {
    std::array<std::uint8_t, most_control_payload> room{};
    byte_writer writer{room};
    if (code != close_code::none) {
      auto const number = static_cast<std::uint16_t>(code);
      writer.u16(number);
      writer.bytes(as_bytes(reason));
    }
    owed_pong_.reset();
    closing_ = true;  // before, for what is told of room must not say more
    put(opcode::close, writer.written());
  }

  /// Nothing is sent, and nothing taken any more. A server leaves what still comes to nobody.
  void end() {
    deaf_ = closing_ = true;
    if (self_ == role::server) from_->leave_content();
    auto const rest = std::exchange(unsent_, {});
    to_->end(as_text(rest));
  }

  void take_end() {
    if (!deaf_ && !closed_) end();
  }

  void finish() {
    if (std::exchange(closed_, true)) return;
    if (auto told = std::move(ended_)) told(said_.code, said_.reason);
  }

  incoming* from_;
  outgoing* to_;
  role self_;
  socket_settings settings_;
  message_reader reader_;
  system_entropy entropy_;
  std::vector<std::uint8_t> unsent_;  ///< frames; `most_unsent`, one message, and control frames
  std::optional<std::vector<std::uint8_t>> owed_pong_;
  last_word said_;
  function<void(std::string_view)> text_;
  function<void(byte_view)> binary_;
  function<void(byte_view)> pong_;
  function<void()> writable_;
  function<void(close_code, std::string_view)> ended_;
  bool paused_ = false;
  bool closing_ = false;  ///< our Close frame is on its way
  bool deaf_ = false;     ///< what comes is dropped
  bool closed_ = false;
};

}  // namespace quoin::http3::websocket
