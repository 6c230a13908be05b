// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a run of `get` asks servers for, whatever the URL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tool::fetch {

struct field_line {
  std::string name;  ///< in lower case (RFC 9114 4.2)
  std::string value;
};

class head_file;
class trace;

struct plan {
  std::vector<field_line> fields;   ///< all that are sent beside the pseudo-header fields
  std::optional<std::string> data;  ///< what the content comes from, as `upload` reads it
  bool resume = false;              ///< go on with what an earlier run has left
  bool follow = false;              ///< redirections
  unsigned most_redirections = 50;
  bool fail = false;  ///< show no content of answers that say that something went wrong
  head_file* heads = nullptr;
  trace* told = nullptr;
};

/// The fields of a request: our usual ones, with each "name: value" of `lines` in their place or beside them; "name:"
/// sends none of that name, "name;" one without a value. Throws `failure` (usage) with the line that cannot be sent.
std::vector<field_line> request_fields(std::vector<std::string> const& lines, bool with_form, bool resume);

/// Throws `failure` (usage) when it is no method, or one that this tool has no use for.
std::string checked_method(std::string const& method);

/// Fields that were meant for one server only: another one that it names does not get them (RFC 9110 15.4).
bool is_for_one_server(std::string_view name);

}  // namespace tool::fetch
