// SPDX-License-Identifier: BSL-1.0
#include "fetch/plan.hpp"

#include "close_text.hpp"
#include "failure.hpp"
#include "text.hpp"

#include <quoin/base/ascii.hpp>
#include <quoin/http3/message/field_rules.hpp>

#include <algorithm>
#include <array>

namespace tool::fetch {
namespace {

[[noreturn]] void refuse(std::string const& line, std::string const& why) {
  throw failure("bad header '" + printable(line) + "': " + why, exit_code::usage);
}

/// What the tool says itself, and would contradict.
void check_free(std::string const& line, std::string_view name, bool resume) {
  if (name == "host") refuse(line, "the server is asked for by the name in the URL");
  if (name == "content-length") refuse(line, "the length follows from --data");
  if (resume && (name == "range" || name == "if-range")) refuse(line, "--continue says which part it wants");
}

}  // namespace

std::vector<field_line> request_fields(std::vector<std::string> const& lines, bool with_form, bool resume) {
  std::vector<field_line> fields{{"user-agent", "quoin"}, {"accept", "*/*"}};
  if (with_form) fields.push_back({"content-type", "application/x-www-form-urlencoded"});
  std::vector<field_line> given;
  for (auto const& line : lines) {
    auto const mark = line.find_first_of(":;");
    if (mark == std::string::npos || mark == 0) refuse(line, "write 'name: value'");
    std::string name = line.substr(0, mark);
    quoin::make_lower(name);
    auto const value = std::string{trimmed(std::string_view{line}.substr(mark + 1))};
    check_free(line, name, resume);
    if (line[mark] == ';' && !value.empty()) refuse(line, "write 'name: value', or 'name;' for no value");
    if (auto const problem = quoin::http3::problem_with({name, value, false}); !problem.empty())
      refuse(line, std::string{problem} + " (RFC 9114 4.2)");
    std::erase_if(fields, [&](field_line const& usual) { return usual.name == name; });
    if (line[mark] == ';' || !value.empty()) given.push_back({name, value});
  }
  fields.insert(fields.end(), given.begin(), given.end());
  return fields;
}

std::string checked_method(std::string const& method) {
  if (!quoin::http3::is_token(method)) throw failure("'" + method + "' is no method", exit_code::usage);
  if (method == "CONNECT") throw failure("CONNECT opens tunnels, which get has no use for", exit_code::usage);
  return method;
}

bool is_for_one_server(std::string_view name) {
  constexpr std::array names{"authorization", "cookie", "proxy-authorization"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace tool::fetch
