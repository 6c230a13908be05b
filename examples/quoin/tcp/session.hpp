// SPDX-License-Identifier: BSL-1.0
/// \file
/// One client of HTTP/1.1.
#pragma once

#include "tcp_server.hpp"
#include "tls_contexts.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <optional>
#include <unordered_set>

namespace tool::tcp {

namespace beast = boost::beast;
namespace http = boost::beast::http;

class session;

/// What all sessions of a server share; used by its thread only.
struct common {
  site::responder& files;
  site::access_log* log;
  std::string alt_svc;
  std::chrono::seconds patience;
  std::chrono::seconds idle;
  std::unordered_set<session*> sessions{};
  bool stopping = false;
};

/// Keeps itself alive as long as something is under way.
class session : public std::enable_shared_from_this<session> {
 public:
  session(common& shared, std::shared_ptr<tls_contexts> contexts, boost::asio::ip::tcp::socket socket);
  ~session();
  session(session const&) = delete;
  session& operator=(session const&) = delete;

  void start();
  /// Closes the connection if nobody waits for an answer on it.
  void leave_if_idle();

 private:
  using error = beast::error_code;

  void read_request();
  void answer(error problem);
  void refuse(unsigned status);
  void send_head(site::answer answered, bool keep_alive);
  void send_content();
  void note(unsigned status, std::uint64_t bytes, site::sys_seconds date);
  void part();
  beast::tcp_stream& transport() { return beast::get_lowest_layer(stream_); }

  common& shared_;
  std::shared_ptr<tls_contexts> contexts_;
  beast::ssl_stream<beast::tcp_stream> stream_;
  std::string client_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  http::response<http::empty_body> head_;
  std::optional<site::content_reader> content_;
  bool idle_ = true;      ///< no request has come since the last answer
  bool goes_on_ = false;  ///< another request may follow
};

}  // namespace tool::tcp
