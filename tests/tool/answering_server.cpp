// SPDX-License-Identifier: BSL-1.0
// A server of HTTP/3 that answers in the ways in which a client can be answered; the path says how.
#include "engine.hpp"
#include "net_address.hpp"
#include "signals.hpp"

#include <quoin/http3/api/server_messages.hpp>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>

namespace {

using quoin::http3::request;
using quoin::http3::response;

constexpr std::size_t whole_size = 300'000;

/// The same bytes every time.
std::string content() {
  std::string made;
  for (std::size_t i = 0; made.size() < whole_size; ++i) made += std::to_string(i) + '\n';
  made.resize(whole_size);
  return made;
}

std::size_t number_in(std::string_view text, std::size_t otherwise) {
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// What a client sent, a line for each field.
void show_fields(request& asked, response& answer) {
  std::string text;
  for (auto const& line : asked.fields()) text.append(line.name).append(": ").append(line.value).append("\n");
  answer.field("content-type", "text/plain").end(text);
}

/// The content that came, and how.
void echo(request& asked, response& answer) {
  answer.field("x-method", asked.method());
  answer.field("x-content-length", asked.field("content-length").value_or("none"));
  answer.field("x-content-type", asked.field("content-type").value_or("none"));
  asked.read_all(64 << 20, [&answer](std::string_view all) { answer.end(all); });
}

void redirect(request& asked, response& answer) {
  auto const query = asked.query();
  auto const comma = query.find(',');
  answer.status(static_cast<unsigned>(number_in(query, 302)));
  answer.field("location", query.substr(comma + 1)).end("moved\n");
}

/// Says that it will send much, and gives up once some of it has arrived.
void cut(response& answer) {
  answer.field("content-length", "100000000").write(std::string(8 << 20, 'x'));
  answer.on_writable([&answer] { answer.abort(quoin::http3::error_code::internal_error); });
}

/// Falls silent after so many bytes, unless it is asked for the rest.
void fall_silent(request& asked, response& answer) {
  auto const all = content();
  auto const from = asked.field("range").value_or("bytes=0-").substr(6);
  auto const first = number_in(from, 0);
  answer.field("etag", "\"same\"");
  if (first > 0 && asked.field("if-range") == "\"same\"") {
    answer.status(206).field("content-range", "bytes " + std::to_string(first) + "-" + std::to_string(all.size() - 1) +
                                                  "/" + std::to_string(all.size()));
    return answer.end(all.substr(first));
  }
  answer.field("content-length", std::to_string(all.size()));
  answer.write(std::string_view{all}.substr(0, number_in(asked.query(), 100'000)));
}

void answer_to(request& asked, response& answer) {
  auto const path = asked.path();
  if (path == "/fields") return show_fields(asked, answer);
  if (path == "/echo") return echo(asked, answer);
  if (path == "/redirect") return redirect(asked, answer);
  if (path == "/break") return fall_silent(asked, answer);
  if (path == "/cut") return cut(answer);
  if (path == "/another-part") return answer.status(206).field("content-range", "bytes 7-9/10").end("789");
  if (path == "/status") return answer.status(static_cast<unsigned>(number_in(asked.query(), 200))).end("a page\n");
  answer.field("etag", "\"same\"").end(content());
}

class answers final : public tool::application {
 public:
  void on_request(tool::port&, request& asked, response& answer) override { answer_to(asked, answer); }
};

}  // namespace

int main() {
  tool::engine_settings settings;
  settings.self = quoin::role::server;
  settings.bind = tool::parse_listen_address("127.0.0.1:0");
  settings.tls.alpn = {"h3"};
  settings.accept = [](tool::engine&) { return std::make_unique<answers>(); };
  auto const served = tool::make_engine(settings);
  tool::catch_stop_signals();
  std::printf("answering on %s\n", tool::shown(served->local_address()).c_str());
  std::fflush(stdout);
  while (!tool::stop_asked()) served->turn(std::chrono::milliseconds{100});
}
