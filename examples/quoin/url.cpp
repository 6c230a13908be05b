// SPDX-License-Identifier: BSL-1.0
#include "url.hpp"

#include "failure.hpp"
#include "text.hpp"

#include <charconv>

namespace tool {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string const& why) {
  throw failure("bad URL '" + std::string{text} + "': " + why + " (write https://HOST:PORT/PATH)", exit_code::usage);
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
  auto const shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return shown + ":" + std::to_string(port);
}

url parse_url(std::string_view text) {
  static constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) refuse(text, "it does not begin with https://");
  for (char const c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') refuse(text, "it has a blank or a control character");
  auto rest = text.substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  auto const slash = rest.find_first_of("/?");
  url out;
  parse_authority(rest.substr(0, slash), text, out);
  if (slash == std::string_view::npos || rest[slash] != '/') refuse(text, "it names no file");
  out.path = rest.substr(slash);
  out.file_name = last_part(out.path, text);
  return out;
}

}  // namespace tool
