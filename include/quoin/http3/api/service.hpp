// SPDX-License-Identifier: BSL-1.0
/// \file
/// HTTP/3 for the connections of a server, whoever drives their endpoint.
#pragma once

#include <quoin/http3/api/awaited_content.hpp>
#include <quoin/http3/api/host_list.hpp>
#include <quoin/http3/api/server_messages.hpp>

#include <algorithm>
#include <exception>

namespace quoin::http3 {

namespace detail {

struct served_exchange : server_exchange {
  bool live = false;

  served_exchange() = default;
  served_exchange(served_exchange const&) = delete;
  served_exchange& operator=(served_exchange const&) = delete;
  ~served_exchange() { let_go(); }

  void let_go() noexcept {
    response.finish();
    request.finish();
  }
};

}  // namespace detail

/// An endpoint's handler, or a part of one: give it the events of every connection that speaks "h3". It keeps a session
/// in each connection's `context`, and calls the application's handler for each request.
template <class Connection>
class service {
  using exchange = detail::served_exchange;

 public:
  /// An endpoint whose handler it is shows it early data, where `session_settings::early` says so.
  static constexpr bool takes_early_data = true;
  [[nodiscard]] bool wants_early_data() const { return hosts_.settings().early != early_requests::wait; }

 private:
  class hosted final : public host<hosted, Connection, exchange> {
    using base = host<hosted, Connection, exchange>;

   public:
    hosted(Connection& connection, surroundings<Connection>& around, function<void(request&, response&)>& handler)
        : base(connection, around), handler_(handler) {}

    void on_head(stream_id id) {
      auto& one = this->borrow();
      this->session().set_context(id, &one);
      one.start(*this, id);
      bool const early = came_early();
      one.request.note_early(early);
      if (early && !may_be_early(one.request)) return one.response.status(425).end();
      try {
        handler_(one.request, one.response);
      } catch (std::exception const&) {
        detail::answer_for_handler(one.response);
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
    [[nodiscard]] bool came_early() {
      if constexpr (base::resumes) return this->connection().replayable();
      return false;
    }
    /// RFC 8470 5.2
    bool may_be_early(request const& asked) {
      return this->settings().early == early_requests::safe && is_safe(asked.method());
    }

    function<void(request&, response&)>& handler_;
  };

 public:
  /// Throws std::invalid_argument with a sentence that says what is wrong with the settings.
  template <class Handler>
  service(Handler handler, surroundings<Connection> around) : hosts_(std::move(around)) {
    set_handler(std::move(handler));
  }

  /// The handler of requests from now on.
  template <class Handler>
  void set_handler(Handler handler) {
    if constexpr (detail::check_request_handler<Handler>()) handler_ = detail::working_handler(std::move(handler));
  }

  void on_event(Connection& connection, connection_event const& event) {
    auto* one = hosts_.of(connection);
    if (one == nullptr) {
      if (connection.closing()) return;
      one = &hosts_.add(connection, handler_);
      if (auto on = one->transport(); ending_) one->session().shutdown(on);
    }
    one->on_event(event);
    if (event.what == connection_event::kind::closed) hosts_.remove(connection);
  }

  /// To be called after each turn of the loop, and once a second at least: gives up what is too slow.
  void after_turn() {
    if (goaway_at_ <= hosts_.now()) {
      goaway_at_ = never;
      shutdown();
    }
    hosts_.tick_if_due();
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
  /// The first at once and the second after a moment, in which requests that are on their way may still come; all of it
  /// is to be over within `grace`.
  void shutdown_within(duration grace) {
    announce_shutdown();
    goaway_at_ = saturating_add(hosts_.now(), std::min<duration>(grace / 4, std::chrono::seconds{1}));
  }

  [[nodiscard]] std::size_t connections() const noexcept { return hosts_.size(); }
  [[nodiscard]] std::size_t exchanges() const noexcept { return hosts_.live(); }

 private:
  template <class Use>
  void for_each(Use&& use) {
    hosts_.for_each([&](hosted& one) {
      auto on = one.transport();
      use(one.session(), on);
      hosts_.wake(one.connection());
    });
  }

  function<void(request&, response&)> handler_;
  host_list<Connection, hosted> hosts_;
  instant goaway_at_ = never;
  bool ending_ = false;
};

}  // namespace quoin::http3
