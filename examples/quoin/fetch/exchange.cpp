// SPDX-License-Identifier: BSL-1.0
#include "fetch/exchange.hpp"

#include "fetch/content_range.hpp"
#include "fetch/head_file.hpp"
#include "fetch/trace.hpp"
#include "text.hpp"

#include <quoin/http3/api/agent.hpp>

namespace tool::fetch {
namespace {

namespace h3 = quoin::http3;

bool is_redirection(unsigned status) {
  return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/// What a status means that is no success, in the words of HTTP/0.9's codes where they say the same.
std::string refusal(unsigned status, h3::client_response const& answer) {
  if (status == 404) return "the server has no such file (status 404)";
  if (status == 403) return "the server may not read that file (status 403)";
  auto const text = "the server answered with status " + std::to_string(status);
  auto const to = answer.field("location");
  return is_redirection(status) && to ? text + " and points to '" + std::string{*to} + "', where --location leads"
                                      : text;
}

/// An entity-tag that says that every byte is the same (RFC 9110 8.8.3, 13.1.5); empty when there is none.
std::string strong_tag(h3::client_response const& answer) {
  auto const tag = answer.field("etag").value_or("");
  return tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"') ? std::string{tag} : std::string{};
}

}  // namespace

exchange::exchange(order what, plan const& how, listener told)
    : what_(std::move(what)), how_(how), told_(std::move(told)), out_(what_.target) {
  record_.url = what_.where.text();
  record_.redirections = what_.redirections;
  if (how_.resume && out_.file() != nullptr) kept_ = out_.file()->kept();
  if (kept_ && kept_->url != record_.url) kept_.reset();
}

void exchange::start(h3::origin& site) try {
  begun_ = std::chrono::steady_clock::now();
  if (what_.with_content && how_.data) content_.emplace(*how_.data);
  std::vector<field_line> fields;
  for (auto const& line : how_.fields)
    if (!(what_.elsewhere && is_for_one_server(line.name)) && (content_ || line.name != "content-type"))
      fields.push_back(line);
  // RFC 9110 13.1.5, 14.2: the rest, if it is the rest of the same thing, or else all of it.
  if (kept_) fields.push_back({"range", "bytes=" + std::to_string(kept_->size) + "-"});
  if (kept_) fields.push_back({"if-range", kept_->tag});
  if (content_ && content_->size()) fields.push_back({"content-length", std::to_string(*content_->size())});
  if (how_.told != nullptr)
    how_.told->asked(what_.method, what_.path, https_authority(what_.where.host, what_.where.port), fields);

  auto& request = site.request(what_.method, what_.path, [this](response& answer) { take(answer); });
  request_ = &request;
  request.on_closed([this] { request_ = nullptr, response_ = nullptr; });
  for (auto const& line : fields) request.field(line.name, line.value);
  if (!content_) return request.end();
  request.on_writable([this] { send(); });
  send();
} catch (failure const& problem) {
  fail(problem.code(), problem.what());
}

void exchange::on_turn() {
  if (now_ != state::under_way) return;
  if (std::exchange(input_waits_, false)) send();
  if (std::exchange(output_waits_, false) && response_ != nullptr) response_->resume();
}

// ---- our content

void exchange::send() {
  while (now_ == state::under_way && request_ != nullptr && !request_->ended() && !request_->unwanted()) {
    auto const bytes = content_->next();
    if (!content_->problem().empty()) return fail(exit_code::unreadable, content_->problem());
    if (content_->ended()) return request_->end();
    input_waits_ = bytes.empty();
    if (input_waits_) return;
    auto const taken = request_->write(bytes);
    content_->took(taken);
    if (taken < bytes.size()) return;  // `on_writable` follows
  }
}

// ---- the answer

void exchange::take(response& answer) {
  if (now_ != state::under_way) return;
  if (auto const failed = answer.failure()) {
    request_ = nullptr;
    return break_off(*failed);
  }
  response_ = &answer;
  record_.status = answer.status();
  record_.first_byte = elapsed();
  if (how_.told != nullptr) how_.told->answered(answer.status(), answer.fields());
  if (how_.heads != nullptr) how_.heads->print(answer.status(), answer.fields());
  answer.on_failure([this](h3::error_code code) { break_off(code); });
  try {
    decide(answer);
  } catch (failure const& problem) {
    fail(problem.code(), problem.what());
  }
}

void exchange::decide(response& answer) {
  auto const status = answer.status();
  if (follow(answer)) return;
  if (kept_ && (status == 206 || status == 416)) return go_on_with_part(answer);
  bool const success = status >= 200 && status < 300;
  if (status == 304) return finish(state::done);  // what was asked for by a header of the user's
  if (!success && (how_.fail || out_.file() != nullptr)) return fail(exit_code::http_error, refusal(status, answer));
  auto const tag = strong_tag(answer);
  if (auto* const file = out_.file(); file != nullptr && how_.resume && !tag.empty() && !file->keep(record_.url, tag))
    return fail(exit_code::unwritable, file->problem());
  receive(answer);
}

bool exchange::follow(response& answer) {
  auto const to = answer.field("location");
  if (!how_.follow || !to || !is_redirection(answer.status())) return false;
  if (what_.redirections == how_.most_redirections)
    throw failure("more than " + std::to_string(how_.most_redirections) + " redirections",
                  exit_code::too_many_redirections);
  next_ = what_;
  next_.where = resolved(what_.where, *to);
  next_.path = next_.where.path;
  next_.elsewhere = what_.elsewhere || !next_.where.same_server(what_.where);
  ++next_.redirections;
  // RFC 9110 15.4: what POST has led to is looked at with GET, as everybody does; 303 says so.
  bool const becomes_get =
      answer.status() == 303 ? what_.method != "HEAD" : answer.status() <= 302 && what_.method == "POST";
  if (becomes_get) {
    next_.method = "GET";
    next_.with_content = false;
  } else if (next_.with_content && is_standard_input(*how_.data)) {
    throw failure("is moved, and standard input cannot be sent twice");
  }
  finish(state::moved);
  return true;
}

/// RFC 9110 15.3.7, 15.5.17
void exchange::go_on_with_part(response& answer) {
  auto const got = read_content_range(answer.field("content-range").value_or(""));
  auto& file = *out_.file();
  if (answer.status() == 206 && got && got->first == kept_->size) {
    if (!file.go_on(*kept_)) return fail(exit_code::unwritable, file.problem());
    record_.resumed_from = kept_->size;
    return receive(answer);
  }
  // Nothing is left to be had: the last run ended between the last byte and the name.
  bool const is_whole = answer.status() == 416 && got && !got->first && got->whole == kept_->size;
  if (!is_whole) return fail(exit_code::range_error, "the server did not give the part that was asked for");
  record_.resumed_from = kept_->size;
  if (!file.go_on(*kept_) || !file.commit()) return fail(exit_code::unwritable, file.problem());
  finish(state::done);
}

void exchange::receive(response& answer) {
  answer.on_end([this] { end_content(); });
  answer.on_content([this](quoin::byte_view bytes) { return take_content(bytes); });
}

std::size_t exchange::take_content(quoin::byte_view bytes) {
  if (now_ != state::under_way) return bytes.size();
  auto const taken = out_.take(bytes);
  record_.bytes += taken;
  told_.received(taken);
  output_waits_ = taken < bytes.size();
  if (!out_.problem().empty()) fail(exit_code::unwritable, out_.problem());
  return taken;
}

void exchange::end_content() {
  if (now_ != state::under_way) return;
  if (!out_.commit()) return fail(exit_code::unwritable, out_.problem());
  finish(state::done);
}

// ---- the end

void exchange::break_off(h3::error_code code) {
  if (now_ != state::under_way || told_.cut_off()) return;
  fail(record_.status == 0 ? exit_code::http3_error : exit_code::partial_file,
       "the answer broke off (" + std::string{name_of(code)} + ")");
}

void exchange::fail(exit_code code, std::string const& what) {
  if (now_ != state::under_way) return;
  why_ = {what_.name + ": " + what, code};
  record_.problem = what;
  finish(state::failed);
}

void exchange::finish(state as) {
  if (now_ != state::under_way) return;
  now_ = as;
  record_.total = elapsed();
  // The rest is of no use to anybody.
  if (as != state::done && request_ != nullptr) request_->abort();
  out_.let_go();
  told_.ended(*this);
}

double exchange::elapsed() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

}  // namespace tool::fetch
