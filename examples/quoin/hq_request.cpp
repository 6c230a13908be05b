// SPDX-License-Identifier: BSL-1.0
#include "hq_request.hpp"

#include "text.hpp"

namespace tool::hq {

std::string_view meaning_of(std::uint64_t value) {
  switch (static_cast<code>(value)) {
    case code::cancelled: return "cancelled";
    case code::bad_request: return "the server did not understand the request";
    case code::forbidden: return "the server may not read that file";
    case code::not_found: return "the server has no such file";
    case code::no_error: break;
  }
  return {};
}

std::string request_line(std::string_view path) {
  return "GET " + std::string{path} + "\r\n";
}

request_reader::state request_reader::read(quoin::byte_view bytes, bool fin) {
  auto const text = quoin::as_text(bytes);
  if (line_.size() + text.size() > longest_request) return state::malformed;
  line_.append(text);
  auto const end = line_.find('\n');
  if (end != std::string::npos) return parse(std::string_view{line_}.substr(0, end));
  // Some clients leave out the line's end and finish the stream instead.
  return fin ? parse(line_) : state::incomplete;
}

request_reader::state request_reader::parse(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.starts_with("GET /")) return state::malformed;
  line.remove_prefix(5);
  line = line.substr(0, line.find('?'));
  auto decoded = percent_decoded(line);
  if (!decoded) return state::malformed;
  path_ = std::move(*decoded);
  return state::complete;
}

}  // namespace tool::hq
