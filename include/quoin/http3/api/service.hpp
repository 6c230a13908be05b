// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 for the connections of a server, whoever drives their endpoint.
#pragma once

#include <quoin/http3/api/host.hpp>
#include <quoin/http3/api/server_messages.hpp>

#include <algorithm>
#include <exception>

namespace quoin::http3 {

namespace detail {

struct served_exchange : server_exchange {
  bool live = false;
  void let_go() noexcept {
    request.finish();
    response.finish();
  }
};

}  // namespace detail

/// An endpoint's handler, or a part of one: give it the events of every connection that speaks "h3". It keeps a session
/// in each connection's `context`, and calls the application's handler for each request.
template <class Connection>
class service {
  using exchange = detail::served_exchange;

  class hosted final : public host<hosted, Connection, exchange> {
    using base = host<hosted, Connection, exchange>;

   public:
    hosted(Connection& connection, surroundings<Connection>& around, function<void(request&, response&)>& handler)
        : base(connection, around), handler_(handler) {}

    void on_head(stream_id id) {
      auto& one = this->borrow();
      this->session().set_context(id, &one);
      one.start(*this, id);
      try {
        handler_(one.request, one.response);
      } catch (std::exception const&) {
        answer_for_handler(one);
      }
    }
    void on_interim(exchange&) {}
    void on_failed(exchange&, error_code) {}
    void on_room() {}

    void refuse_content(stream_id id) override {
      auto* const one = this->exchange_of(id);
      if (one == nullptr) return;
      if (one->response.head_sent()) return this->cancel(id, error_code::request_cancelled);
      one->response.status(413).end();
    }

   private:
    /// Its client should hear of it; what went wrong is nobody else's business.
    static void answer_for_handler(exchange& one) {
      if (one.response.head_sent()) return one.response.abort(error_code::internal_error);
      one.response.status(500).end();
    }

    function<void(request&, response&)>& handler_;
  };

 public:
  template <class Handler>
  service(Handler handler, surroundings<Connection> around) : around_(std::move(around)) {
    set_handler(std::move(handler));
    if (auto const problem = problem_with(around_.settings)) throw std::invalid_argument{*problem};
  }

  /// The handler of requests from now on.
  template <class Handler>
  void set_handler(Handler handler) {
    if constexpr (detail::check_request_handler<Handler>()) handler_ = std::move(handler);
  }

  void on_event(Connection& connection, connection_event const& event) {
    auto* one = static_cast<hosted*>(connection.context());
    if (one == nullptr) {
      if (connection.closing()) return;
      hosts_.push_back(std::make_unique<hosted>(connection, around_, handler_));
      one = hosts_.back().get();
      connection.set_context(one);
      if (auto on = one->transport(); ending_) one->session().shutdown(on);
    }
    one->on_event(event);
    if (event.what == connection_event::kind::closed) forget(connection, *one);
  }

  /// To be called now and then, once a second at least: gives up what is too slow.
  void tick() {
    around_.touched = false;
    for (std::size_t i = 0; i < hosts_.size(); ++i) hosts_[i]->tick();
  }

  /// Tells every client that the end is near, so that it makes no more requests here (RFC 9114 5.2).
  void announce_shutdown() {
    for_each([](auto& session, auto& on) { session.announce_shutdown(on); });
  }
  /// Takes no more requests; connections close when theirs are answered.
  void shutdown() {
    ending_ = true;
    for_each([](auto& session, auto& on) { session.shutdown(on); });
  }

  /// Something waits for the next `tick`.
  [[nodiscard]] bool touched() const noexcept { return around_.touched; }
  [[nodiscard]] std::size_t connections() const noexcept { return hosts_.size(); }
  [[nodiscard]] std::size_t exchanges() const noexcept {
    std::size_t all = 0;
    for (auto const& one : hosts_) all += one->live();
    return all;
  }

 private:
  template <class Use>
  void for_each(Use&& use) {
    for (auto const& one : hosts_) {
      auto on = one->transport();
      use(one->session(), on);
      if (around_.wake) around_.wake(one->connection());
    }
  }

  void forget(Connection& connection, hosted& gone) {
    connection.set_context(nullptr);
    std::erase_if(hosts_, [&](auto const& one) { return one.get() == &gone; });
  }

  surroundings<Connection> around_;
  function<void(request&, response&)> handler_;
  std::vector<std::unique_ptr<hosted>> hosts_;
  bool ending_ = false;
};

}  // namespace quoin::http3
