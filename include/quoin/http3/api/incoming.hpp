// SPDX-License-Identifier: BSL-1.0
/// \file
/// A message that comes in: its fields, and its content as it arrives.
#pragma once

#include <quoin/base/function.hpp>
#include <quoin/http3/api/port.hpp>

#include <string>

namespace quoin::http3 {

namespace detail {

/// What takes bytes and says how many: `taker` itself, or one that returns nothing and so takes them all.
template <class Taker>
function<std::size_t(byte_view)> counting(Taker taker) {
  if constexpr (std::is_void_v<std::invoke_result_t<Taker&, byte_view>>) {
    return [taker = std::move(taker)](byte_view bytes) mutable {
      taker(bytes);
      return bytes.size();
    };
  } else {
    return taker;
  }
}

/// The call of a taker: whether it put another one in its place, or the object was used for something else meanwhile.
class taker_call {
 public:
  explicit taker_call(taker_call*& under_way) noexcept : under_way_(under_way) { under_way_ = this; }
  taker_call(taker_call const&) = delete;
  taker_call& operator=(taker_call const&) = delete;
  ~taker_call() {
    if (is_under_way()) under_way_ = nullptr;
  }
  [[nodiscard]] bool is_under_way() const noexcept { return under_way_ == this; }

  bool replaced = false;

 private:
  taker_call*& under_way_;
};

}  // namespace detail

class awaited_piece;
class awaited_body;

/// What requests at a server and responses at a client have in common. It lives until the exchange is over, which
/// `response::on_closed` or the end of the connection tells. Content that nobody asks for stays with the peer.
class incoming {
 public:
  /// How much a coroutine takes that does not say.
  static constexpr std::size_t default_body = 1024 * 1024;

  incoming() = default;
  incoming(incoming const&) = delete;
  incoming& operator=(incoming const&) = delete;

  /// All field lines in their order, pseudo-header fields first.
  [[nodiscard]] field_list const& fields() const {
    auto const* const found = port_ == nullptr ? nullptr : port_->fields(id_);
    return found == nullptr ? nothing() : *found;
  }
  /// The value of the first line of that name, which is in lower case.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const { return fields().find(name); }
  /// The values of all lines of that name as one, as lists are to be read (RFC 9110 5.3).
  [[nodiscard]] std::optional<std::string> joined(std::string_view name) const { return fields().joined(name); }
  /// All Cookie fields as one, as HTTP/1.1 would have sent them (RFC 9114 4.2.1); empty when there is none.
  [[nodiscard]] std::string cookies() const {
    std::string joined;
    for (auto const& line : fields()) {
      if (line.name != "cookie") continue;
      if (!joined.empty()) joined += "; ";
      joined += line.value;
    }
    return joined;
  }
  [[nodiscard]] std::optional<std::uint64_t> content_length() const { return head().content_length; }

  /// Calls `taker(bytes)` with content as it arrives, as views. One that returns a number has taken so many bytes, and
  /// is called again when there is more or by `resume`; until then the peer gets no credit (RFC 9114 4.1 leaves that
  /// to QUIC's flow control). One that returns nothing takes them all. A taker may put another one, or `read_all`, in
  /// its own place: that gets what this one leaves.
  template <class Taker>
  requires std::is_invocable_v<Taker&, byte_view>
  void on_content(Taker taker) {
    content_ = detail::counting(std::move(taker));
    go_on();
  }

  /// Calls `taker(text)` once with the whole content. More than `most` bytes are refused: a server answers 413, a
  /// client gives the request up.
  void read_all(std::size_t most, function<void(std::string_view)> taker) {
    whole_ = std::move(taker);
    most_ = most;
    if (complete_) return call_once(whole_, std::string_view{body_});
    if (announces_more_than(most)) return refuse();
    content_.reset();
    go_on();
  }

  /// `co_await message.next()`: the next piece of the content, as a view that is good until the next call; empty at the
  /// end. Throws `message_lost` when the end will not come. What is not asked for stays with the peer, as above. Not to
  /// be mixed with `on_content` and `read_all`.
  [[nodiscard]] awaited_piece next();
  /// `co_await message.body(most)`: the whole content, or what is left of it, as a std::string. Throws `message_lost`,
  /// and `content_too_large` for more than `most` bytes, which are refused as `read_all` does.
  [[nodiscard]] awaited_body body(std::size_t most = default_body);

  /// Goes on with content that a taker has left.
  void resume() {
    if (taking_ != nullptr) return;  // it goes on behind the call
    while (!over_) {
      auto const view = port_->peek(id_);
      if (view.empty()) return;
      waiting_ = true;
      if (news_) return call_once(news_);
      if (!content_ && !whole_) return;
      detail::taker_call call{taking_};
      auto const taken = std::min(take(view), view.size());
      if (over_ || !call.is_under_way()) return;
      port_->consume(id_, taken);
      if (taken < view.size() && !call.replaced) return;
      waiting_ = false;
    }
  }

  /// What lies there of the content, as a view; `consume` takes of it.
  [[nodiscard]] byte_view peek() { return over_ ? byte_view{} : port_->peek(id_); }
  void consume(std::size_t count) {
    if (!over_ && count > 0) port_->consume(id_, count);
  }
  /// Calls `told` once: when there is something to `peek`, or the message has come to its end, or never will.
  void on_news(function<void()> told) { news_ = std::move(told); }

  /// Nobody wants the rest of the content: a server that has answered tells its client (RFC 9114 4.1).
  void leave_content() noexcept {
    content_.reset();
    whole_.reset();
    news_.reset();
  }

  /// The message came to its end, and was as long as it said.
  void on_end(function<void()> told) { ended_ = std::move(told); }
  /// It will not come to its end, because of the peer, the connection, or ourselves.
  void on_failure(function<void(error_code)> told) { failed_ = std::move(told); }
  /// Datagrams belong to this exchange, as the application's protocol says (RFC 9297 2). Without this they end it.
  void on_datagram(function<void(byte_view)> taker) {
    datagram_ = std::move(taker);
    if (port_ != nullptr) port_->take_datagrams(id_);
  }
  /// Streams belong to this exchange, which is a session of WebTransport: `taker(event)` hears what happens to them.
  /// False when it is none.
  bool on_stream(function<void(session_event const&)> taker) {
    if (port_ == nullptr || !port_->take_streams(id_)) return false;
    stream_ = std::move(taker);
    return true;
  }
  /// Who opens such streams, and uses them; null when it is over.
  [[nodiscard]] stream_port* streams() const noexcept { return over_ ? nullptr : port_; }
  [[nodiscard]] stream_id id() const noexcept { return id_; }

  /// Those behind the content, once the end is reached (RFC 9110 6.5).
  [[nodiscard]] field_list const& trailers() const {
    auto const* const found = port_ == nullptr ? nullptr : port_->trailers(id_);
    return found == nullptr ? nothing() : *found;
  }
  /// Whether the message is complete.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// Why it never will be.
  [[nodiscard]] std::optional<error_code> lost() const noexcept { return lost_; }

  // ---- for whoever hosts it

  void start(exchange_port& port, stream_id id) {
    port_ = &port;
    id_ = id;
    waiting_ = complete_ = over_ = false;
    taking_ = nullptr;
    lost_.reset();
    seen_ = 0;
  }
  void tell_end() {
    complete_ = true;
    if (whole_) call_once(whole_, std::string_view{body_});
    if (ended_) call_kept(ended_);
    if (news_) call_once(news_);
  }
  void tell_failure(error_code code) {
    if (std::exchange(over_, true) || complete_) return;
    lost_ = code;
    if (failed_) call_kept(failed_, code);
    if (news_) call_once(news_);
  }
  void tell_datagram(byte_view payload) {
    if (datagram_) call_kept(datagram_, payload);
  }
  void tell_stream(session_event const& event) {
    if (stream_) call_kept(stream_, event);
  }
  /// For awaiters: shows what there is, and takes it when the next piece is asked for.
  byte_view see() {
    auto const seen = peek();
    seen_ = seen.size();
    return seen;
  }
  void drop_seen() { consume(std::exchange(seen_, 0)); }
  /// The content is more than the application takes.
  void refuse() {
    whole_.reset();
    if (!over_) port_->refuse_content(id_);
  }
  /// Whether content is to come that is longer than `most` by its own account.
  [[nodiscard]] bool announces_more_than(std::size_t most) const {
    return !head().without_content && content_length().value_or(0) > most;
  }
  /// Whether somebody takes it, be it at this very moment.
  [[nodiscard]] bool wants_content() const noexcept {
    return content_.is_kept() || whole_.is_kept() || news_.is_kept();
  }
  /// Lets go of everything that the application has left here.
  void finish() noexcept {
    over_ = true;
    port_ = nullptr;
    content_.reset();
    whole_.reset();
    news_.reset();
    ended_.reset();
    failed_.reset();
    datagram_.reset();
    stream_.reset();
    body_.clear();
    if (body_.capacity() > 64 * 1024) body_ = {};
  }

 protected:
  ~incoming() = default;

  /// Is over, in the way of the other.
  void end_as(incoming const& other) {
    complete_ = other.complete_;
    lost_ = other.lost_;
    if (!complete_ && !lost_) lost_ = error_code::request_cancelled;
  }

  [[nodiscard]] message_head const& head() const {
    static constexpr message_head none{};
    auto const* const found = port_ == nullptr ? nullptr : port_->head(id_);
    return found == nullptr ? none : *found;
  }

 private:
  /// There is another taker, for what lies there.
  void go_on() {
    if (taking_ != nullptr)
      taking_->replaced = true;
    else if (waiting_)
      resume();
  }

  static field_list const& nothing() {
    static field_list const none;
    return none;
  }

  std::size_t take(byte_view view) {
    if (content_) return call_kept(content_, view);
    if (view.size() > most_ - std::min(most_, body_.size())) {  // which may have been more
      refuse();
      return 0;
    }
    body_.append(as_text(view));
    return view.size();
  }

  exchange_port* port_ = nullptr;
  stream_id id_;
  function<std::size_t(byte_view)> content_;
  function<void(std::string_view)> whole_;
  function<void()> news_;
  function<void()> ended_;
  function<void(error_code)> failed_;
  function<void(byte_view)> datagram_;
  function<void(session_event const&)> stream_;
  std::string body_;
  std::size_t most_ = 0;
  std::size_t seen_ = 0;
  detail::taker_call* taking_ = nullptr;
  bool waiting_ = false;  ///< content lies there that nobody took
  bool complete_ = false;
  bool over_ = true;
  std::optional<error_code> lost_;
};

}  // namespace quoin::http3
