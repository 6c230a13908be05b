// SPDX-License-Identifier: BSL-1.0
/// \file
/// A client's exchange for coroutines: `auto answer = co_await origin.ask("GET", "/")`.
#pragma once

#include <quoin/http3/api/agent.hpp>
#include <quoin/http3/api/awaited_content.hpp>

namespace quoin::http3 {

namespace detail {

/// What outlives an exchange, whose messages go back to their connection's pool when it is over.
class awaited_exchange {
 public:
  client_request* request = nullptr;  ///< until it is over
  unsigned status = 0;
  field_list fields;
  std::optional<error_code> failure;  ///< why no head has come
  function<void()> waits;

  [[nodiscard]] bool come() const noexcept { return status != 0 || failure; }
  /// The response, or how it ended.
  [[nodiscard]] incoming& content() noexcept { return response_ != nullptr ? *response_ : over_; }
  [[nodiscard]] field_list const& trailers() const { return response_ != nullptr ? response_->trailers() : trailers_; }

  void note_head(client_response& head) {
    failure = head.failure();
    if (!failure) {
      response_ = &head;
      status = head.status();
      fields = head.fields();
    }
    if (waits) call_once(waits);
  }
  void note_end() {
    if (response_ != nullptr) {
      over_.end_as(*response_);
      trailers_ = response_->trailers();
    }
    request = nullptr;
    response_ = nullptr;
  }

 private:
  struct ended_message final : incoming {
    using incoming::end_as;
  };

  incoming* response_ = nullptr;
  ended_message over_;
  field_list trailers_;
};

/// Tells that the exchange is over when it is called, and when whoever would call it goes.
class end_of_exchange {
 public:
  explicit end_of_exchange(std::shared_ptr<awaited_exchange> of) noexcept : of_(std::move(of)) {}
  end_of_exchange(end_of_exchange&&) noexcept = default;
  end_of_exchange& operator=(end_of_exchange&&) = delete;
  ~end_of_exchange() {
    if (of_) of_->note_end();
  }
  void operator()() { of_->note_end(); }

 private:
  std::shared_ptr<awaited_exchange> of_;
};

}  // namespace detail

class answer;

namespace detail {

/// Whoever has it may give the exchange up, and does when he goes before its end.
class owned_exchange {
 public:
  owned_exchange() : of_(std::make_shared<awaited_exchange>()) {}
  owned_exchange(owned_exchange&&) noexcept = default;
  owned_exchange& operator=(owned_exchange&& other) noexcept {
    std::swap(of_, other.of_);
    return *this;
  }
  ~owned_exchange() {
    if (!of_ || of_->request == nullptr) return;
    if (!of_->content().complete() || !of_->request->ended()) of_->request->abort();
  }
  [[nodiscard]] std::shared_ptr<awaited_exchange> const& shared() const noexcept { return of_; }
  awaited_exchange* operator->() const noexcept { return of_.get(); }

 private:
  std::shared_ptr<awaited_exchange> of_;
};

/// Waits for the head of an answer.
class awaited_head {
 public:
  explicit awaited_head(owned_exchange of) noexcept : of_(std::move(of)) {}

  [[nodiscard]] bool await_ready() const noexcept { return of_->come(); }
  template <class Handle>
  void await_suspend(Handle waits) {
    of_->waits = suspended<Handle>{waits};
  }
  answer await_resume();

 private:
  owned_exchange of_;
};

}  // namespace detail

/// The answer to a request, from its head on. One that goes gives up what has not come of it.
class answer {
 public:
  explicit answer(detail::owned_exchange of) noexcept : of_(std::move(of)) {}

  [[nodiscard]] unsigned status() const noexcept { return of_->status; }
  [[nodiscard]] field_list const& fields() const noexcept { return of_->fields; }
  /// The value of the first line of that name, which is in lower case.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const { return of_->fields.find(name); }
  /// Those behind the content, once its end was reached (RFC 9110 6.5).
  [[nodiscard]] field_list const& trailers() const { return of_->trailers(); }

  /// `co_await answer.next()` and `co_await answer.body(most)`: as `incoming` has them.
  [[nodiscard]] awaited_piece next() { return of_->content().next(); }
  [[nodiscard]] awaited_body body(std::size_t most = incoming::default_body) { return of_->content().body(most); }

 private:
  detail::owned_exchange of_;
};

/// A request that is being made: `co_await` sends what is left of it, once, and brings the `answer`, or throws
/// `message_lost` when there is none. Without that it is given up.
class asking {
 public:
  asking(origin& at, std::string_view method, std::string_view path) {
    of_->request = &at.request(method, path, [of = of_.shared()](client_response& head) { of->note_head(head); });
    of_->request->on_closed(detail::end_of_exchange{of_.shared()});
  }

  /// One more field line, as `client_request::field`.
  asking& field(std::string_view name, std::string_view value) {
    if (of_->request != nullptr) of_->request->field(name, value);
    return *this;
  }
  /// The rest of the content, which has to stay until this is awaited.
  asking& content(std::string_view rest) {
    rest_ = rest;
    return *this;
  }
  /// `co_await asking.write_all(text)`: content before that, as `outgoing::write_all`.
  [[nodiscard]] awaited_write write_all(std::string_view text) { return {of_->request, as_bytes(text)}; }

  [[nodiscard]] detail::awaited_head operator co_await() {
    if (of_->request != nullptr) of_->request->end(rest_);
    return detail::awaited_head{std::move(of_)};
  }

 private:
  detail::owned_exchange of_;
  std::string_view rest_;
};

inline answer detail::awaited_head::await_resume() {
  if (of_->failure) throw message_lost{*of_->failure};
  return answer{std::move(of_)};
}

inline asking origin::ask(std::string_view method, std::string_view path) {
  return {*this, method, path};
}
inline asking origin::get(std::string_view path) {
  return {*this, "GET", path};
}

}  // namespace quoin::http3
