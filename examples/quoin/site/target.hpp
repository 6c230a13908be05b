// SPDX-License-Identifier: BSL-1.0
/// \file
/// What file the target of a request names.
#pragma once

#include <string>
#include <string_view>

namespace tool::site {

enum class target_outcome { named, malformed, hidden };

struct target {
  std::string path;        ///< relative to the root, decoded, without slashes at its ends; empty: the root
  bool directory = false;  ///< it ended in a slash
  std::string query;       ///< with its question mark
};

/// An absolute path, maybe with a query, or the absolute form that HTTP/1.1 knows (RFC 9112 3.2.2). No name in it has a
/// slash, none is empty, "." or "..". Names that begin with a dot are hidden unless `all`; "/.well-known/" never is
/// (RFC 8615).
target_outcome parsed_target(std::string_view text, bool all, target& out);

/// Whether a file of that name is one that others need not know of.
bool is_hidden_name(std::string_view name);

/// "/a%20b/c" for "a b/c".
std::string encoded_path(std::string_view path);

}  // namespace tool::site
