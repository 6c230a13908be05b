// SPDX-License-Identifier: BSL-1.0
/// \file
/// What the fields at the beginning of a message say, once they are found to be well-formed (RFC 9114 4).
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/http3/message/content.hpp>
#include <quoin/http3/message/field_list.hpp>
#include <quoin/http3/message/field_rules.hpp>
#include <quoin/http3/message/target.hpp>

#include <array>
#include <utility>

namespace quoin::http3 {

/// Views into the field list that it was read from.
struct message_head {
  // of a request (RFC 9114 4.3.1)
  std::string_view method;
  std::string_view scheme;
  std::string_view authority;  ///< from :authority, else from Host
  std::string_view path;
  std::string_view protocol;  ///< of an extended CONNECT (RFC 9220 3)

  std::uint16_t status = 0;  ///< of a response (RFC 9114 4.3.2)

  std::optional<std::uint64_t> content_length;
  bool without_content = false;   ///< of a response that has none, whatever its length says (RFC 9110 6.4.1)
  std::string_view priority;      ///< RFC 9218 5
  bool capsule_protocol = false;  ///< RFC 9297 3.4

  [[nodiscard]] bool is_connect() const noexcept { return method == "CONNECT"; }
  [[nodiscard]] bool is_interim() const noexcept { return status >= 100 && status < 200; }
};

namespace detail {

constexpr unexpected<error> malformed(std::string_view reason) noexcept {
  return fail_stream(error_code::message_error, reason);
}

/// Reads field lines one after the other; each is judged when it comes.
class head_reader {
 public:
  explicit head_reader(role sender) noexcept : from_client_(sender == role::client) {}

  result<> read(field const& line) {
    if (!line.name.empty() && line.name.front() == ':') return pseudo(line);
    regular_seen_ = true;
    if (auto const problem = problem_with(line); !problem.empty()) return malformed(problem);
    return regular(line);
  }

  [[nodiscard]] message_head const& head() const noexcept { return head_; }
  [[nodiscard]] bool has(std::string_view message_head::*which) const noexcept {
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (texts[i].second == which) return (seen_ & (1U << i)) != 0;
    return false;
  }
  [[nodiscard]] std::optional<std::string_view> const& host() const noexcept { return host_; }
  [[nodiscard]] bool unfit_for_capsules() const noexcept { return content_field_; }

 private:
  static constexpr std::array<std::pair<std::string_view, std::string_view message_head::*>, 5> texts{
      {{":method", &message_head::method},
       {":scheme", &message_head::scheme},
       {":authority", &message_head::authority},
       {":path", &message_head::path},
       {":protocol", &message_head::protocol}}};
  static constexpr unsigned status_bit = 1U << texts.size();

  /// RFC 9114 4.3: before all others, each once, and only those that fit.
  result<> pseudo(field const& line) {
    if (regular_seen_) return malformed("a pseudo-header field behind a regular one");
    if (!is_field_value(line.value)) return malformed("a pseudo-header field with a value that is none");
    if (line.name == ":status") {
      if (from_client_) return malformed("a request with :status");
      QUOIN_TRY(once(status_bit));
      return read_status(line.value);
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts[i].first != line.name) continue;
      if (!from_client_) return malformed("a response with a pseudo-header field of requests");
      QUOIN_TRY(once(1U << i));
      head_.*texts[i].second = line.value;
      return {};
    }
    return malformed("an unknown pseudo-header field");
  }

  result<> once(unsigned bit) {
    if ((seen_ & bit) != 0) return malformed("a pseudo-header field that comes twice");
    seen_ |= bit;
    return {};
  }

  result<> read_status(std::string_view text) {
    constexpr auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 3 || !std::all_of(text.begin(), text.end(), is_digit) || text[0] == '0')
      return malformed("a status that is none");
    head_.status = static_cast<std::uint16_t>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
    return {};
  }

  result<> regular(field const& line) {
    if (line.name == "content-length") return on_content_length(line.value);
    if (line.name == "content-type") content_field_ = true;
    if (line.name == "priority") head_.priority = line.value;
    if (line.name == "capsule-protocol") head_.capsule_protocol = is_true(line.value);
    if (line.name == "host") {
      if (host_) return malformed("several Host fields");
      host_ = line.value;
    }
    return {};
  }

  /// A Boolean of Structured Fields, whose parameters mean nothing (RFC 9297 3.4, RFC 8941 3.3.6).
  static constexpr bool is_true(std::string_view value) noexcept {
    return value.substr(0, 2) == "?1" && (value.size() == 2 || value[2] == ';');
  }

  result<> on_content_length(std::string_view value) {
    content_field_ = true;
    auto const length = read_content_length(value);
    if (!length || (head_.content_length && *head_.content_length != *length))
      return malformed("a Content-Length that is none, or several");
    head_.content_length = length;
    return {};
  }

  bool from_client_;
  message_head head_;
  std::optional<std::string_view> host_;
  unsigned seen_ = 0;
  bool regular_seen_ = false;
  bool content_field_ = false;
};

/// RFC 9114 4.3.1: which authority a request is for. A request that says it twice says the same.
inline result<std::string_view> authority_of(head_reader const& reader, bool needed) {
  bool const has_authority = reader.has(&message_head::authority);
  auto const named = reader.head().authority;
  auto const& host = reader.host();
  if (has_authority && host && named != *host) return malformed("an authority that differs from Host");
  if (!has_authority && !host) {
    if (needed) return malformed("a request without an authority");
    return std::string_view{};
  }
  auto const authority = has_authority ? named : *host;
  if (needed && !is_authority(authority)) return malformed("an authority that is none");
  return authority;
}

/// RFC 9114 4.4.
inline result<> check_connect(head_reader const& reader) {
  if (reader.has(&message_head::scheme) || reader.has(&message_head::path))
    return malformed("CONNECT with a scheme or a path");
  if (!is_host_and_port(reader.head().authority)) return malformed("CONNECT without a host and a port");
  return {};
}

inline result<> check_target(head_reader const& reader) {
  auto const& head = reader.head();
  if (!reader.has(&message_head::scheme) || !reader.has(&message_head::path))
    return malformed("a request without a scheme or a path");
  if (!is_scheme(head.scheme)) return malformed("a scheme that is none");
  if (is_http(head.scheme) && !is_path(head.path, head.method == "OPTIONS")) return malformed("a path that is none");
  return {};
}

}  // namespace detail

/// The head of a request, or why it is malformed. `extended_connect`: :protocol has been agreed on (RFC 9220 3).
inline result<message_head> read_request_head(field_list const& fields, bool extended_connect) {
  detail::head_reader reader{role::client};
  for (auto const& line : fields) QUOIN_TRY(reader.read(line));
  auto head = reader.head();
  if (!is_token(head.method)) return detail::malformed("a request without a method");
  bool const has_protocol = reader.has(&message_head::protocol);
  if (has_protocol && (!extended_connect || !head.is_connect() || !is_token(head.protocol)))
    return detail::malformed("a :protocol that was not agreed on, or without CONNECT");
  bool const plain_connect = head.is_connect() && !has_protocol;
  QUOIN_TRY(plain_connect ? detail::check_connect(reader) : detail::check_target(reader));
  auto const authority = detail::authority_of(reader, plain_connect || is_http(head.scheme) || has_protocol);
  if (!authority) return unexpected{authority.error()};
  head.authority = *authority;
  // RFC 9297 3.2
  if (head.capsule_protocol && reader.unfit_for_capsules())
    return detail::malformed("capsules in a message with content of its own");
  return head;
}

/// The head of a response, interim or final.
inline result<message_head> read_response_head(field_list const& fields) {
  detail::head_reader reader{role::server};
  for (auto const& line : fields) QUOIN_TRY(reader.read(line));
  auto const& head = reader.head();
  if (head.status == 0) return detail::malformed("a response without a status");
  // RFC 9114 4.5
  if (head.status == 101) return detail::malformed("a response that switches protocols");
  // RFC 9297 3.2
  bool const without_capsules = head.status >= 204 && head.status <= 206;
  if (head.capsule_protocol && (reader.unfit_for_capsules() || without_capsules))
    return detail::malformed("capsules in a message with content of its own, or without any");
  return head;
}

/// RFC 9114 4.3: trailers have no pseudo-header fields.
inline result<> check_trailers(field_list const& fields) {
  for (auto const& line : fields)
    if (auto const problem = problem_with(line); !problem.empty()) return detail::malformed(problem);
  return {};
}

}  // namespace quoin::http3
