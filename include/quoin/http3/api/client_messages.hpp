// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a client's application has in hands: the request to fill in, and the response that comes.
#pragma once

#include <quoin/base/static_vector.hpp>
#include <quoin/http3/api/incoming.hpp>
#include <quoin/http3/api/outgoing.hpp>

#include <array>
#include <concepts>

namespace quoin::http3 {

/// The response to one request, from its head on.
class client_response : public incoming {
 public:
  /// The status of the final response; 0 when there is none, and `failure` says why.
  [[nodiscard]] unsigned status() const { return failed_ ? 0 : head().status; }
  /// Why no response came. H3_REQUEST_REJECTED: the server has not touched the request, so that it may be sent again
  /// (RFC 9114 4.1.1).
  [[nodiscard]] std::optional<error_code> failure() const noexcept { return failed_; }

  // ---- for whoever hosts it

  void start(exchange_port& port, stream_id id) {
    incoming::start(port, id);
    failed_.reset();
  }
  void note_failure(error_code code) noexcept { failed_ = code; }

 private:
  std::optional<error_code> failed_;
};

/// A client's handler is anything that can be called as `handler(response)`. It is called once: when the head of the
/// final response has come, or when none will come.
template <class H>
concept response_handler = std::invocable<H&, client_response&>;

namespace detail {

/// Says in one sentence what is wrong with a handler.
template <class H>
constexpr bool check_response_handler() {
  static_assert(response_handler<H>,
                "quoin: a handler of HTTP/3 responses must be callable as handler(response) -- let it take "
                "(quoin::http3::client_response& response)");
  return response_handler<H>;
}

}  // namespace detail

/// A request that is being made. `end` sends it; with content, `write` may come before. What the server allows no more
/// of at a time waits, in order.
class client_request final : public outgoing {
 public:
  /// One more field line; its name is sent in lower case. Throws std::invalid_argument when it cannot be sent.
  client_request& field(std::string_view name, std::string_view value) {
    add_field(name, value);
    return *this;
  }
  client_request& trailer(std::string_view name, std::string_view value) {
    add_trailer(name, value);
    return *this;
  }
  /// Makes a CONNECT an extended one, as for WebSockets (RFC 9220). The server must have said that it knows them.
  client_request& protocol(std::string_view name) {
    pseudo_[4] = name;
    return *this;
  }
  /// Is called for each interim response, with its status (RFC 9110 15.2).
  client_request& on_interim(function<void(unsigned)> told) {
    interim_ = std::move(told);
    return *this;
  }

  /// Is called when the request is on its way, with the response that is still to come.
  client_request& on_sent(function<void(client_response&)> told) {
    sent_ = std::move(told);
    return *this;
  }

  // ---- for whoever hosts it

  using opener = function<send_result<stream_id>(std::span<http3::field const>, bool)>;

  void start(exchange_port& port, std::string_view method, std::string_view authority, std::string_view path,
             client_response& answer, opener open) {
    begin(port);
    answer_ = &answer;
    sent_.reset();
    pseudo_[0] = method;
    pseudo_[1] = "https";
    pseudo_[2] = authority;
    pseudo_[3] = path;
    pseudo_[4].clear();
    open_ = std::move(open);
    interim_.reset();
  }
  void tell_interim(unsigned status) {
    if (interim_) call_kept(interim_, status);
  }
  void let_go() noexcept {
    outgoing::finish();
    interim_.reset();
    sent_.reset();
    open_.reset();
  }

 private:
  head_outcome deliver_head(bool ends) override {
    constexpr std::string_view names[] = {":method", ":scheme", ":authority", ":path", ":protocol"};
    bool const plain_connect = pseudo_[0] == "CONNECT" && pseudo_[4].empty();
    static_vector<http3::field, 5> sent;
    for (std::size_t i = 0; i < pseudo_.size(); ++i) {
      bool const left_out = i == 4 ? pseudo_[4].empty() : plain_connect && (i == 1 || i == 3);
      if (!left_out) sent.push_back({names[i], i == 4 ? port().protocol_name(pseudo_[i]) : pseudo_[i], false});
    }
    auto const id = open_(head_with({sent.begin(), sent.size()}), ends);
    if (!id) return id.error() == send_errc::limit_reached ? head_outcome::later : head_outcome::failed;
    name(*id);
    return head_outcome::sent;
  }

  void on_head_sent() override {
    if (sent_) call_once(sent_, *answer_);
  }

  std::array<std::string, 5> pseudo_;
  opener open_;
  client_response* answer_ = nullptr;
  function<void(client_response&)> sent_;
  function<void(unsigned)> interim_;
};

}  // namespace quoin::http3
