// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a server's handler is given: the request that came, and the response to fill in.
#pragma once

#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/api/outgoing.hpp>
#include <quoin/http3/api/work.hpp>

#include <array>
#include <concepts>
#include <exception>

namespace quoin::http3 {

/// A request whose head has come; its content may follow (RFC 9114 4.1).
class request : public incoming {
 public:
  [[nodiscard]] std::string_view method() const { return head().method; }
  [[nodiscard]] std::string_view scheme() const { return head().scheme; }
  /// From :authority or Host.
  [[nodiscard]] std::string_view authority() const { return head().authority; }
  /// The path without its query, as it came: percent-encoded, and with all its dots.
  [[nodiscard]] std::string_view path() const {
    auto const all = target();
    return all.substr(0, all.find('?'));
  }
  /// What stands behind the question mark.
  [[nodiscard]] std::string_view query() const {
    auto const all = target();
    auto const mark = all.find('?');
    return mark == std::string_view::npos ? std::string_view{} : all.substr(mark + 1);
  }
  /// Path and query together.
  [[nodiscard]] std::string_view target() const { return head().path; }
  /// The :protocol of an extended CONNECT (RFC 9220), empty otherwise.
  [[nodiscard]] std::string_view protocol() const { return head().protocol; }
  /// Whether it may be a copy that somebody recorded, because it came in early data, here or at a gateway in front of
  /// us that says so (RFC 8470 5.1). A handler that minds answers 425, and the client asks again.
  [[nodiscard]] bool early() const { return early_ || field("early-data") == "1"; }

  // ---- for whoever hosts it

  void note_early(bool is) noexcept { early_ = is; }

 private:
  bool early_ = false;
};

/// The response to one request. Filled in and sent by and by, or at once with `end`. It lives until `on_closed`, so
/// that a handler may keep its address and answer later.
class response final : public outgoing {
 public:
  /// 200 to 999; 200 unless said otherwise.
  response& status(unsigned code) {
    if (code < 200 || code > 999)
      throw std::invalid_argument{"http3: a response cannot have the status " + std::to_string(code) +
                                  ": use 200 to 999, or `interim` for less"};
    write_digits(code);
    return *this;
  }

  /// One more field line; its name is sent in lower case. Throws std::invalid_argument when it cannot be sent.
  response& field(std::string_view name, std::string_view value) {
    add_field(name, value);
    return *this;
  }

  /// A field line behind the content (RFC 9110 6.5), sent by `end`.
  response& trailer(std::string_view name, std::string_view value) {
    add_trailer(name, value);
    return *this;
  }

  /// Sends an interim response with the fields so far, which are those of the final one no more: 103 with what the
  /// client may load in the meantime, say (RFC 9110 15.2).
  response& interim(unsigned code) {
    if (code < 100 || code > 199 || code == 101)
      throw std::invalid_argument{"http3: an interim response cannot have the status " + std::to_string(code)};
    if (!ready() || head_sent()) return *this;
    auto const final_digits = digits_;
    write_digits(code);
    static_cast<void>(deliver_head(false));
    digits_ = final_digits;
    drop_fields();
    return *this;
  }

  // ---- for whoever hosts it

  void start(exchange_port& port, stream_id id, request& answered) {
    begin(port);
    name(id);
    answered_ = &answered;
    write_digits(200);
  }
  /// Keeps what makes the response for as long as the exchange lasts.
  void keep(kept_work maker) noexcept { maker_ = std::move(maker); }
  void finish() noexcept {
    outgoing::finish();
    maker_.reset();
  }

 private:
  void write_digits(unsigned code) noexcept {
    digits_ = {static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
               static_cast<char>('0' + code % 10)};
  }

  head_outcome deliver_head(bool ends) override {
    http3::field const status[] = {{":status", {digits_.data(), digits_.size()}, false}};
    return port().send_head(id(), head_with(status), ends) ? head_outcome::sent : head_outcome::failed;
  }

  /// RFC 9114 4.1: who has got an answer need not go on asking.
  void close_reading() override {
    if (!answered_->complete() && !answered_->wants_content()) port().stop_reading(id());
  }

  std::array<char, 3> digits_{'2', '0', '0'};
  request* answered_ = nullptr;
  kept_work maker_;
};

/// A handler is anything that can be called as `handler(request, response)`. It is called when a request's head has
/// come. A coroutine, which returns `task<>`, is ended where it waits when its exchange is over, and ends the response
/// when it comes to its own end.
template <class H>
concept request_handler = std::invocable<H&, request&, response&>;

namespace detail {

/// Says in one sentence what is wrong with a handler.
template <class H>
constexpr bool check_request_handler() {
  static_assert(request_handler<H>,
                "quoin: an HTTP/3 handler must be callable as handler(request, response) -- let it take "
                "(quoin::http3::request& request, quoin::http3::response& response)");
  return request_handler<H>;
}

/// What went wrong is nobody else's business, but the client should hear that something did.
inline void answer_for_handler(response& to) {
  if (to.ended()) return;
  if (to.head_sent()) return to.abort(error_code::internal_error);
  to.status(500).end();
}

/// What goes on by itself when it was begun: a `task<>`.
template <class Work>
concept startable = requires(Work made, function<void(std::exception_ptr)> when_over) {
  { std::move(made).start(std::move(when_over)) } -> std::same_as<kept_work>;
};

/// The handler as one that returns nothing; what it begins is kept with the response.
template <class Handler>
function<void(request&, response&)> working_handler(Handler handler) {
  if constexpr (startable<std::invoke_result_t<Handler&, request&, response&>>) {
    // Coroutines still need it when it has been replaced.
    return [shared = std::make_shared<Handler>(std::move(handler))](request& asked, response& answer) {
      answer.keep((*shared)(asked, answer).start([&answer, shared](std::exception_ptr const& thrown) {
        thrown ? answer_for_handler(answer) : answer.end();
      }));
    };
  } else {
    return handler;
  }
}

}  // namespace detail

/// One request and its response at a server.
struct server_exchange {
  http3::request request;
  http3::response response;

  void start(exchange_port& port, stream_id id) {
    request.start(port, id);
    response.start(port, id, request);
  }
  incoming& in() noexcept { return request; }
  outgoing& out() noexcept { return response; }
};

}  // namespace quoin::http3
