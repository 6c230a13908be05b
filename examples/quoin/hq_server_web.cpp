// SPDX-License-Identifier: BSL-1.0
// The same files over HTTP/3.
#include "hq_server.hpp"
#include "media_type.hpp"
#include "text.hpp"

#include <quoin/http3/api/server_messages.hpp>

namespace tool::hq {
namespace {

/// Hands out a file as fast as its client takes it.
void send_file(file_content const& file, quoin::http3::response& response) {
  auto const rest = std::make_shared<file_content>(file);
  auto const go_on = [&response, rest] {
    rest->bytes = rest->bytes.subspan(response.write(rest->bytes));
    if (rest->bytes.empty()) response.end();
  };
  response.on_writable(go_on);
  go_on();
}

}  // namespace

void server::on_request(port&, quoin::http3::request& request, quoin::http3::response& response) {
  bool const head = request.method() == "HEAD";
  if (request.method() != "GET" && !head) {
    ++visit_.refused;
    return response.status(405).field("allow", "GET, HEAD").end();
  }
  auto const path = percent_decoded(request.path().substr(1));
  file_content file;
  auto const outcome = path ? folder_.open(*path, file) : open_outcome::not_found;
  if (outcome != open_outcome::opened) {
    ++visit_.refused;
    return response.status(!path ? 400 : outcome == open_outcome::forbidden ? 403 : 404).end();
  }
  response.field("content-type", media_type_of(*path)).field("content-length", std::to_string(file.bytes.size()));
  ++visit_.files;
  if (head || file.bytes.empty()) return response.end();
  visit_.bytes += file.bytes.size();
  send_file(file, response);
}

}  // namespace tool::hq
