// SPDX-License-Identifier: BSL-1.0
#include "url.hpp"

#include "failure.hpp"
#include "text.hpp"

#include <algorithm>
#include <charconv>

namespace tool {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string const& why) {
  throw failure("bad URL '" + std::string{text} + "': " + why + " (write https://HOST:PORT/PATH)", exit_code::bad_url);
}

std::uint16_t parse_port(std::string_view digits, std::string_view whole) {
  unsigned value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value == 0 || value > 65535)
    refuse(whole, "'" + std::string{digits} + "' is not a port, 1 to 65535");
  return static_cast<std::uint16_t>(value);
}

void parse_authority(std::string_view text, std::string_view whole, url& out) {
  if (text.find('@') != std::string_view::npos) refuse(whole, "user names are not supported");
  std::string_view rest;
  if (text.starts_with('[')) {
    auto const close = text.find(']');
    if (close == std::string_view::npos) refuse(whole, "the ']' of the IPv6 address is missing");
    out.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    auto const colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  if (out.host.empty()) refuse(whole, "it names no host");
  if (rest.empty()) return;
  if (!rest.starts_with(':')) refuse(whole, "there is something behind the host that is not a port");
  out.port = parse_port(rest.substr(1), whole);
}

std::string last_part(std::string_view path, std::string_view whole) {
  path = path.substr(0, path.find('?'));
  auto const decoded = percent_decoded(path.substr(path.rfind('/') + 1));
  if (!decoded) refuse(whole, "it has a broken %-escape");
  if (decoded->empty()) refuse(whole, "it names no file");
  // The name becomes a file here: it must not lead out of the folder.
  if (*decoded == "." || *decoded == ".." || decoded->find('/') != std::string::npos)
    refuse(whole, "its last part is not a file name");
  return *decoded;
}

}  // namespace

std::string url::authority() const {
  return uri_host(host).append(":").append(std::to_string(port));
}

namespace {

url parse_server_and_path(std::string_view text) {
  static constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) refuse(text, "it does not begin with https://");
  for (char const c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') refuse(text, "it has a blank or a control character");
  auto rest = text.substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  auto const slash = rest.find_first_of("/?");
  url out;
  parse_authority(rest.substr(0, slash), text, out);
  if (slash != std::string_view::npos) out.path = rest.substr(slash);
  return out;
}

/// RFC 3986 5.2.4, for a path that begins with '/'.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    auto const next = std::min(path.find('/', 1), path.size());
    auto const part = path.substr(0, next);
    path.remove_prefix(next);
    bool const up = part == "/..";
    if (up) out.erase(std::min(out.rfind('/'), out.size()));
    if (!up && part != "/.") out += part;
    if ((up || part == "/.") && path.empty()) out += '/';
  }
  return out;
}

/// Whether it begins with a scheme (RFC 3986 3.1).
bool is_absolute(std::string_view reference) {
  auto const mark = reference.find_first_of(":/?#");
  return mark != std::string_view::npos && mark > 0 && reference[mark] == ':';
}

}  // namespace

std::string url::text() const {
  return std::string{"https://"}.append(authority()).append(path);
}

url parse_url(std::string_view text) {
  auto out = parse_server_and_path(text);
  if (!out.path.starts_with('/')) refuse(text, "it names no file");
  out.file_name = last_part(out.path, text);
  return out;
}

url parse_nameless_url(std::string_view text) {
  auto out = parse_server_and_path(text);
  if (!out.path.starts_with('/')) out.path = std::string{"/"}.append(out.path);
  return out;
}

url resolved(url const& base, std::string_view reference) {
  if (is_absolute(reference)) return parse_nameless_url(reference);
  if (reference.starts_with("//")) return parse_nameless_url(std::string{"https:"}.append(reference));
  reference = reference.substr(0, reference.find('#'));
  auto const path = std::string_view{base.path}.substr(0, base.path.find('?'));
  auto const query = reference.find('?');
  auto const own = std::string{reference.substr(0, query)};
  auto const rest = query == std::string_view::npos ? std::string_view{} : reference.substr(query);
  std::string target;
  if (own.empty())
    target = reference.empty() ? base.path : std::string{path} + std::string{rest};
  else
    target = without_dots(own.starts_with('/') ? own : std::string{path.substr(0, path.rfind('/') + 1)} + own) +
             std::string{rest};
  return parse_nameless_url(std::string{"https://"}.append(base.authority()).append(target));
}

}  // namespace tool
