// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 for the connections of a client, whoever drives their endpoint.
#pragma once

#include <quoin/http3/api/client_messages.hpp>
#include <quoin/http3/api/host_list.hpp>

#include <algorithm>
#include <deque>

namespace quoin::http3 {

class asking;

/// A server as its client sees it: requests go here, on one connection. Valid until the connection has closed, which
/// `on_closed` tells.
class origin {
 public:
  origin(origin const&) = delete;
  origin& operator=(origin const&) = delete;

  /// A request to be filled in and sent with `end`. `handler(response)` is called once.
  virtual client_request& request(std::string_view method, std::string_view path,
                                  function<void(client_response&)> handler) = 0;

  /// A GET without fields of its own, sent at once.
  template <class Handler>
  void get(std::string_view path, Handler handler) {
    if constexpr (detail::check_response_handler<Handler>()) request("GET", path, std::move(handler)).end();
  }

  /// For coroutines: `auto answer = co_await origin.get("/")`, or `origin.ask("PUT", "/x").content(text)`.
  [[nodiscard]] asking get(std::string_view path);
  [[nodiscard]] asking ask(std::string_view method, std::string_view path);

  /// Finishes what is under way, and closes the connection then (RFC 9114 5.2).
  virtual void shutdown() = 0;
  /// Requests that have not come to their end.
  [[nodiscard]] virtual std::size_t pending() const = 0;
  /// The connection is gone, or about to go: new requests need another one.
  [[nodiscard]] virtual bool going_away() const = 0;

  void on_closed(function<void()> told) { closed_ = std::move(told); }

 protected:
  origin() = default;
  ~origin() = default;
  void tell_closed() {
    if (closed_) call_kept(closed_);
  }

 private:
  function<void()> closed_;
};

namespace detail {

struct made_exchange {
  client_request request;
  client_response response;
  function<void(client_response&)> handler;
  bool live = false;
  bool early = false;  ///< it was sent before the handshake was complete

  made_exchange() = default;
  made_exchange(made_exchange const&) = delete;
  made_exchange& operator=(made_exchange const&) = delete;
  ~made_exchange() { let_go(); }

  incoming& in() noexcept { return response; }
  outgoing& out() noexcept { return request; }
  void let_go() noexcept {
    request.let_go();
    response.finish();
    handler.reset();
  }
};

}  // namespace detail

/// An endpoint's handler, or a part of one: give it the events of every connection that it was told of by `adopt`.
template <class Connection>
class agent {
  using exchange = detail::made_exchange;

  class hosted final : public host<hosted, Connection, exchange>, public origin {
    using base = host<hosted, Connection, exchange>;

   public:
    hosted(Connection& connection, surroundings<Connection>& around, std::string authority)
        : base(connection, around), authority_(std::move(authority)) {}

    client_request& request(std::string_view method, std::string_view path,
                            function<void(client_response&)> handler) override {
      auto& one = this->borrow();
      one.handler = std::move(handler);
      one.early = false;
      one.response.start(*this, stream_id{});
      one.request.start(*this, method, authority_, path, one.response,
                        [this, &one](std::span<field const> fields, bool ends) { return open(one, fields, ends); });
      return one.request;
    }

    void shutdown() override {
      this->using_session([this](auto& on) { this->session().shutdown(on); });
    }
    [[nodiscard]] std::size_t pending() const override { return this->live(); }
    [[nodiscard]] bool going_away() const override { return gone_; }

    void on_event(connection_event const& event) {
      base::on_event(event);
      if (event.what == connection_event::kind::connected) on_room();
      mind_idleness();
      gone_ = gone_ || this->session().closed() || this->session().going_away();
      if (event.what == connection_event::kind::closed) this->tell_closed();
    }

    void on_head(stream_id id) {
      auto* const one = this->exchange_of(id);
      if (one == nullptr) return;
      if (std::exchange(one->early, false) && this->session().head(id)->status == 425) return ask_again(*one, id);
      answer_once(*one);
    }
    void on_interim(exchange& one) {
      if (auto const* const head = this->head(one.request.id())) one.request.tell_interim(head->status);
    }
    void on_failed(exchange& one, error_code code) {
      one.response.note_failure(code);
      answer_once(one);
    }
    /// More requests may be opened: those that waited longest come first.
    void on_room() {
      while (!waiting_.empty()) {
        auto* const one = waiting_.front();
        if (one->live) one->request.tell_writable();
        if (one->live && !one->request.named() && !one->request.unwanted()) return;  // it goes on waiting, in its place
        waiting_.pop_front();
      }
    }
    /// A response that is too large for its application.
    void refuse_content(stream_id id) override { this->cancel(id, error_code::request_cancelled); }

    /// Lets go of requests that never got a stream.
    void tick() {
      base::tick();
      this->for_each_live([this](exchange& one) {
        if (!one.request.unwanted() || one.request.named()) return;
        if (!one.response.failure()) one.response.note_failure(error_code::request_cancelled);
        answer_once(one);
        one.request.tell_closed();
        std::erase(waiting_, &one);
        this->give_back(one);
      });
    }

   private:
    send_result<stream_id> open(exchange& one, std::span<field const> fields, bool ends) {
      auto const opened = this->using_session([&](auto& on) { return this->session().open(on, fields, ends); });
      if (opened) {
        mind_idleness();
        this->session().set_context(*opened, &one);
        one.response.start(*this, *opened);
        one.early = !this->connection().connected();
      } else if (opened.error() == send_errc::limit_reached) {
        if (std::find(waiting_.begin(), waiting_.end(), &one) == waiting_.end()) waiting_.push_back(&one);
      } else {
        // Another connection may take it.
        bool const elsewhere =
            opened.error() == send_errc::going_away || opened.error() == send_errc::too_many_sessions;
        one.response.note_failure(elsewhere ? error_code::request_rejected : error_code::internal_error);
        answer_once(one);
      }
      return opened;
    }

    /// RFC 9114 5.1: a connection is kept open for responses that are outstanding, and for nothing else.
    void mind_idleness() {
      auto const patience = this->settings().keep_alive;
      bool const waits = this->live() > 0 && patience > duration::zero();
      this->connection().defer_idle(waits ? saturating_add(this->now(), patience) : instant::min());
    }

    /// RFC 8470 5.2: not so early, said the server. Now the handshake is complete.
    void ask_again(exchange& one, stream_id first) {
      this->session().set_context(first, nullptr);
      this->cancel(first, error_code::request_cancelled);
      one.request.say_again();
    }

    void answer_once(exchange& one) {
      if (one.handler) call_once(one.handler, one.response);
    }

    std::string authority_;
    std::deque<exchange*> waiting_;
    bool gone_ = false;
  };

 public:
  /// Throws std::invalid_argument with a sentence that says what is wrong with the settings.
  explicit agent(surroundings<Connection> around) : hosts_(std::move(around)) {}

  /// Requests for `authority` may be made on `connection` from now on, even before it is connected.
  /// Where the connection has offered early data to a server whose settings are known from last time, requests with a
  /// safe method and without content go out in it (RFC 8470 4); all others wait for the handshake.
  origin& adopt(Connection& connection, std::string authority) {
    auto& one = hosts_.add(connection, std::move(authority));
    one.begin_early();
    return one;
  }

  void on_event(Connection& connection, connection_event const& event) {
    auto* const one = hosts_.of(connection);
    if (one == nullptr) return;
    one->on_event(event);
    if (event.what == connection_event::kind::closed) hosts_.remove(connection);
  }

  /// To be called after each turn of the loop, and once a second at least: gives up what is too slow.
  void after_turn() { hosts_.tick_if_due(); }

  [[nodiscard]] std::size_t connections() const noexcept { return hosts_.size(); }
  /// Requests that have not come to their end.
  [[nodiscard]] std::size_t pending() const noexcept { return hosts_.live(); }

 private:
  host_list<Connection, hosted> hosts_;
};

}  // namespace quoin::http3
