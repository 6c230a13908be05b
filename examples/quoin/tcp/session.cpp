// SPDX-License-Identifier: BSL-1.0
#include "session.hpp"

namespace tool::tcp {
namespace {

/// A head that is longer is refused (RFC 9112 3, RFC 6585 5).
constexpr std::uint32_t most_head = 16 * 1024;

/// The values of all lines of that name as one (RFC 9110 5.3).
std::optional<std::string> joined(http::fields const& all, std::string_view name) {
  std::optional<std::string> value;
  auto const [begin, end] = all.equal_range({name.data(), name.size()});
  for (auto line = begin; line != end; ++line) {
    auto const text = line->value();
    if (value) value->append(", ").append(text.data(), text.size());
    if (!value) value.emplace(text.data(), text.size());
  }
  return value;
}

/// RFC 9112 3.2
bool names_one_host(http::request<http::empty_body> const& asked) {
  auto const count = asked.count(http::field::host);
  return count == 1 || (count == 0 && asked.version() < 11);
}

std::string_view view_of(beast::string_view text) {
  return {text.data(), text.size()};
}

/// What the client did wrong, as far as it can be told so; 0: it is gone.
unsigned status_for(beast::error_code problem) {
  if (problem == http::error::header_limit) return 431;
  if (problem == http::error::unexpected_body || problem == http::error::body_limit) return 413;
  if (problem == http::error::bad_version) return 505;
  auto const is_http = problem.category() == http::make_error_code(http::error::bad_method).category();
  bool const gone = problem == http::error::end_of_stream || problem == http::error::partial_message;
  return is_http && !gone ? 400 : 0;
}

}  // namespace

session::session(common& shared, std::shared_ptr<tls_contexts> contexts, boost::asio::ip::tcp::socket socket)
    : shared_(shared), contexts_(std::move(contexts)), stream_(std::move(socket), contexts_->first()) {
  beast::error_code ignored;
  client_ = transport().socket().remote_endpoint(ignored).address().to_string();
  shared_.sessions.insert(this);
}

session::~session() {
  shared_.sessions.erase(this);
}

void session::start() {
  transport().expires_after(shared_.patience);
  stream_.async_handshake(boost::asio::ssl::stream_base::server, [self = shared_from_this()](error problem) {
    if (!problem) self->read_request();
  });
}

void session::leave_if_idle() {
  if (idle_) transport().cancel();
}

void session::read_request() {
  idle_ = true;
  parser_.emplace();
  parser_->header_limit(most_head);
  transport().expires_after(shared_.idle);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](error problem, std::size_t) { self->answer(problem); });
}

void session::answer(error problem) {
  idle_ = false;
  if (problem) {
    if (auto const status = status_for(problem); status != 0) return refuse(status);
    return problem == http::error::end_of_stream ? part() : void();
  }
  auto const& asked = parser_->get();
  if (!names_one_host(asked)) return refuse(400);
  site::moment const now;
  auto answered = shared_.files.respond(site::asked_for(view_of(asked.method_string()), view_of(asked.target()),
                                                        [&](std::string_view name) { return joined(asked, name); }),
                                        now);
  note(answered.status, site::size_of(answered.body), now.date);
  send_head(std::move(answered), asked.keep_alive() && !shared_.stopping);
}

/// Where one request ends and another begins is not sure any more.
void session::refuse(unsigned status) {
  note(status, 0, site::moment{}.date);
  send_head({status, {}, 0, {}}, false);
}

void session::send_head(site::answer answered, bool keep_alive) {
  goes_on_ = keep_alive;
  head_ = {};
  head_.version(11);
  head_.result(answered.status);
  for (auto const& [name, value] : answered.fields) head_.insert(beast::string_view{name.data(), name.size()}, value);
  if (answered.length) head_.set(http::field::content_length, std::to_string(*answered.length));
  head_.set(http::field::alt_svc, shared_.alt_svc);
  head_.keep_alive(keep_alive);
  content_.emplace(std::move(answered.body));
  transport().expires_after(shared_.patience);
  http::async_write(stream_, head_, [self = shared_from_this()](error problem, std::size_t) {
    if (!problem) self->send_content();
  });
}

void session::send_content() {
  auto const bytes = content_->next();
  // A client that misses the rest knows by the length that it does.
  if (content_->failed()) return;
  if (bytes.empty()) return goes_on_ && !shared_.stopping ? read_request() : part();
  transport().expires_after(shared_.patience);
  stream_.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()),
                           [self = shared_from_this()](error problem, std::size_t taken) {
                             if (problem) return;
                             self->content_->took(taken);
                             self->send_content();
                           });
}

void session::note(unsigned status, std::uint64_t bytes, site::sys_seconds date) {
  if (shared_.log == nullptr) return;
  auto const& asked = parser_->get();
  auto const line = std::string{view_of(asked.method_string())} + " " + std::string{view_of(asked.target())} +
                    (asked.version() < 11 ? " HTTP/1.0" : " HTTP/1.1");
  shared_.log->add({client_, date, line, status, bytes, joined(asked, "referer").value_or(""),
                    joined(asked, "user-agent").value_or("")});
}

void session::part() {
  transport().expires_after(shared_.patience);
  stream_.async_shutdown([self = shared_from_this()](error) {});
}

}  // namespace tool::tcp
