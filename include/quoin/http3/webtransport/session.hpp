// SPDX-License-Identifier: BSL-1.0
/// \file
/// One end of a WebTransport session over HTTP/3 (draft-ietf-webtrans-http3).
#pragma once

#include <quoin/http3/api/outgoing.hpp>
#include <quoin/http3/webtransport/capsules.hpp>
#include <quoin/http3/webtransport/exporter.hpp>
#include <quoin/http3/webtransport/stream.hpp>

#include <map>
#include <memory>

namespace quoin::http3::webtransport {

/// How a session ended. Without a word of the peer's it may still be clean: then the code is 0.
struct session_end {
  bool clean = false;  ///< else the connection or the request was given up
  std::uint32_t code = 0;
  std::string reason;
};

/// Streams and datagrams, beside other sessions and requests on one connection. It is good until `on_closed`, which
/// comes when the peer has closed it, too, or its request is over.
class session {
 public:
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  /// A new stream, good until its `on_closed`; null when the peer allows no more now, which `on_room` follows, or the
  /// session is over.
  stream* open_bidirectional() { return open(stream_direction::bidirectional); }
  stream* open_unidirectional() { return open(stream_direction::unidirectional); }

  /// Sends a datagram, if it can be sent now: nothing waits for room.
  bool send_datagram(byte_view payload) { return to_->send_datagram(payload); }
  bool send_datagram(std::string_view text) { return send_datagram(as_bytes(text)); }
  /// The largest payload that a datagram can have now.
  [[nodiscard]] std::size_t max_datagram() { return to_->max_datagram(); }

  /// Ends the session, and all of its streams with it. Of `reason` at most 1024 bytes are sent.
  void close(std::uint32_t code = 0, std::string_view reason = {}) {
    if (closing_) return;
    if (!heard_) last_ = {false, code, std::string{sendable_message(reason)}};
    end(code == 0 && reason.empty() ? std::string{} : close_capsule(code, reason));
  }
  /// Asks the peer's application to come to an end; everything goes on.
  void drain() {
    if (closing_ || std::exchange(draining_, true)) return;
    unsent_ += drain_capsule();
    flush();
  }
  /// Gives it up without a word.
  void abort() { give_up(error_code::request_cancelled); }

  /// Calls `taker(stream)` for each stream that the peer opens; without it they are refused.
  void on_stream(function<void(stream&)> taker) { stream_ = std::move(taker); }
  void on_datagram(function<void(byte_view)> taker) { datagram_ = std::move(taker); }
  /// More streams may be opened than when that last failed.
  void on_room(function<void()> told) { room_ = std::move(told); }
  /// The peer asks to come to an end, by this session or by its connection.
  void on_drain(function<void()> told) { drain_ = std::move(told); }
  /// The last word; at once, if it is over already. Streams that were open have heard theirs before.
  void on_closed(function<void(session_end const&)> told) {
    if (finished_) return told(last_);
    ended_ = std::move(told);
  }

  /// Fills `out` with keying material that both ends can make, and no other session of the connection. False where the
  /// stack's handshake has none to give, when the session is over, and for a label or a context of more than 255 bytes.
  bool export_keying_material(std::string_view label, byte_view context, byte_span out) {
    auto* const port = closing_ ? nullptr : from_->streams();
    auto const whole = exporter_context::of(to_->id(), label, context);
    return port != nullptr && whole && port->export_keys(exporter_label, whole->view(), out);
  }

  /// What both ends have agreed to speak; empty when nothing was.
  [[nodiscard]] std::string const& protocol() const noexcept { return protocol_; }
  [[nodiscard]] stream_id id() const noexcept { return to_->id(); }
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  [[nodiscard]] std::size_t open_streams() const noexcept { return streams_.size(); }

  // ---- for whoever begins it

  /// A session over a request and its answer, whose handlers it takes all; null when the request is none for a session.
  static session* over(incoming& from, outgoing& to, std::string protocol) {
    auto const made = std::shared_ptr<session>(new session{from, to, std::move(protocol)});
    if (!from.on_stream([made](session_event const& event) { made->take(event); })) return nullptr;
    from.on_datagram([made](byte_view payload) {
      if (made->datagram_ && !made->closing_) call_kept(made->datagram_, payload);
    });
    from.on_content([made](byte_view bytes) { made->take_content(bytes); });
    from.on_end([made] { made->take_end(); });
    to.on_writable([made] { made->flush(); });
    to.on_closed([made] { made->finish(); });
    return made.get();
  }

  /// Client: the server has accepted a session, which may have been used already. False when it is over.
  bool establish(std::string protocol) {
    protocol_ = std::move(protocol);
    auto* const port = closing_ ? nullptr : from_->streams();
    return port != nullptr && port->take_streams(from_->id());
  }

 private:
  /// Of capsules.
  struct listener {
    session& to;
    [[nodiscard]] bool has_limits() const {
      auto* const port = to.from_->streams();
      return port != nullptr && port->has_limits(to.from_->id());
    }
    result<> on_credit(session_capsule what, std::uint64_t value) {
      auto* const port = to.from_->streams();
      return port == nullptr ? result<>{} : port->take_capsule(to.from_->id(), what, value);
    }
    void on_drain() { to.hear_drain(); }
    void on_close(std::uint32_t code, std::string_view message) {
      to.heard_ = true;
      to.last_ = {true, code, std::string{message}};
    }
  };

  session(incoming& from, outgoing& to, std::string protocol)
      : from_(&from), to_(&to), protocol_(std::move(protocol)) {}

  stream* open(stream_direction direction) {
    auto* const port = closing_ ? nullptr : from_->streams();
    if (port == nullptr) return nullptr;
    auto const id = port->open_stream(to_->id(), direction);
    return id ? &add(*id) : nullptr;
  }

  stream& add(stream_id id) { return *streams_.emplace(id, std::make_unique<stream>(*from_, id)).first->second; }

  void take(session_event const& event) {
    using kind = session_event::kind;
    if (event.what == kind::goaway) return hear_drain();
    if (event.what == kind::streams_available) {
      if (room_ && !closing_) call_kept(room_);
      return;
    }
    if (event.what == kind::stream_opened) return take_stream(add(event.id));
    auto const found = streams_.find(event.id);
    if (found == streams_.end()) return;
    if (event.what != kind::stream_over) return found->second->tell(event);
    auto const gone = std::move(found->second);
    streams_.erase(found);
    gone->tell_closed();
  }

  void take_stream(stream& one) {
    if (stream_ && !closing_) return call_kept(stream_, one);
    one.stop();
    one.reset();
  }

  void take_content(byte_view bytes) {
    if (auto const read = capsules_.read(bytes, listener{*this}); !read) return to_->refuse(read.error());
    // "Session Termination": the recipient closes its half in response.
    if (!heard_) return;
    end({});
    finish();
  }
  void take_end() {
    if (auto const whole = capsules_.finish(); !whole) return to_->refuse(whole.error());
    if (!std::exchange(heard_, true) && !closing_) last_ = {};
    last_.clean = true;
    end({});
    finish();
  }

  void hear_drain() {
    if (drain_ && !closing_) call_kept(drain_);
  }

  void flush() {
    if (unsent_.empty() || to_->ended()) return;
    unsent_.erase(0, to_->write(std::string_view{unsent_}));
  }

  /// Nothing is said any more behind `rest`.
  void end(std::string const& rest) {
    if (std::exchange(closing_, true)) return;
    unsent_ += rest;
    auto const all = std::exchange(unsent_, {});
    to_->end(all);
  }

  void give_up(error_code code) {
    if (finished_) return;
    closing_ = true;
    to_->abort(code);
  }

  void finish() {
    if (std::exchange(finished_, true)) return;
    closing_ = true;
    auto const gone = std::exchange(streams_, {});
    for (auto const& [id, one] : gone) one->tell_closed();
    if (auto told = std::move(ended_)) told(last_);
  }

  incoming* from_;
  outgoing* to_;
  std::string protocol_;
  capsules capsules_;
  std::map<stream_id, std::unique_ptr<stream>> streams_;
  std::string unsent_;  ///< capsules that the connection did not take yet
  session_end last_;
  function<void(stream&)> stream_;
  function<void(byte_view)> datagram_;
  function<void()> room_;
  function<void()> drain_;
  function<void(session_end const&)> ended_;
  bool heard_ = false;     ///< the peer has closed it
  bool draining_ = false;  ///< we have asked for an end
  bool closing_ = false;   ///< we have said all
  bool finished_ = false;  ///< nothing here may be used any more
};

}  // namespace quoin::http3::webtransport
