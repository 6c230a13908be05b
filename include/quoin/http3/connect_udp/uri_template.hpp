// SPDX-License-Identifier: BSL-1.0
/// \file
/// The URI templates by which proxies for UDP are configured (RFC 9298 2), of level 3 (RFC 6570).
#pragma once

#include <quoin/http3/connect_udp/target.hpp>
#include <quoin/http3/message/target.hpp>

#include <optional>
#include <vector>

namespace quoin::http3::connect_udp {

/// Where a proxy is found whose client knows nothing but its host and port (RFC 9298 2).
inline constexpr std::string_view well_known_path = "/.well-known/masque/udp/{target_host}/{target_port}/";

/// A template made of pieces that were found to be right. A client makes paths of it, a proxy reads them.
class uri_template {
 public:
  using parsed = basic_result<uri_template, std::string>;

  /// In absolute form, as clients are given it. The error is a sentence that names the template and the remedy.
  static parsed parse(std::string_view text);
  /// From its path on, as a proxy needs it.
  static parsed parse_path(std::string_view text);
  /// The one of RFC 9298 2. `authority`: the proxy's host, and its port unless that is 443.
  static parsed well_known(std::string_view authority) {
    return parse("https://" + std::string{authority} + std::string{well_known_path});
  }

  /// The proxy's; empty after `parse_path`.
  [[nodiscard]] std::string const& authority() const noexcept { return authority_; }
  /// Path and query for a target. Variables but the target's two are not defined.
  [[nodiscard]] std::string expand(target const& to) const;
  /// The target that a path with its query names, as views on that, not decoded; nothing when the template makes no such path.
  struct values {
    std::string_view host;
    std::string_view port;
  };
  [[nodiscard]] std::optional<values> match(std::string_view path) const;

 private:
  struct piece {
    char what = 0;  ///< 0: literal text; ' ' a simple expression; '?' or '&' one of the query
    std::string literal;
    std::vector<std::string> names;
  };
  struct matched {
    std::optional<std::string_view> host;
    std::optional<std::string_view> port;
  };

  static parsed made_of(std::string_view whole, std::string_view authority, std::string_view path);
  static unexpected<std::string> refused(std::string_view whole, std::string_view why) {
    return {"the URI template '" + std::string{whole} + "': " + std::string{why} + " (RFC 9298 2)"};
  }
  static std::string problem_with_text(std::string_view text);
  std::string read_pieces(std::string_view text);
  std::string read_expression(std::string_view text);
  [[nodiscard]] bool names_target() const;
  static bool take_expression(piece const& one, std::string_view& path, matched& found);

  std::string authority_;
  std::vector<piece> pieces_;
};

namespace detail {

/// What stands before a variable: the first of an expression, or a later one (RFC 6570 3.2.1).
inline std::string lead_of(char what, bool first, std::string const& name) {
  if (what == ' ') return first ? "" : ",";
  return (first ? what : '&') + name + '=';
}

inline bool is_variable_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_unreserved(c) && c != '-' && c != '~'; });
}

}  // namespace detail

inline std::string uri_template::problem_with_text(std::string_view text) {
  for (auto const c : text) {
    if (c < 0x21 || c > 0x7e) return "it has characters that are not visible ASCII: percent-encode them";
    if (std::string_view{"\"'<>\\^`|"}.find(c) != std::string_view::npos)
      return std::string{"it has the character '"} + c + "': percent-encode it";
  }
  return {};
}

inline std::string uri_template::read_expression(std::string_view text) {
  piece one{' ', {}, {}};
  if (text.starts_with('?') || text.starts_with('&')) {
    one.what = text.front();
    text.remove_prefix(1);
  } else if (!text.empty() && std::string_view{"+#./;=,!@|"}.find(text.front()) != std::string_view::npos) {
    return "it has the operator '" + std::string{text.front()} + "': use {name}, {?name} or {&name}";
  }
  while (true) {
    auto const comma = text.find(',');
    auto const name = text.substr(0, comma);
    if (name.ends_with('*') || name.find(':') != std::string_view::npos)
      return "it has a modifier of level 4 ('" + std::string{name} + "'): leave it out";
    if (!detail::is_variable_name(name)) return "'" + std::string{name} + "' is no name of a variable";
    one.names.emplace_back(name);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  pieces_.push_back(std::move(one));
  return {};
}

inline std::string uri_template::read_pieces(std::string_view text) {
  while (!text.empty()) {
    auto const open = text.find('{');
    auto const literal = text.substr(0, open);
    if (literal.find('}') != std::string_view::npos) return "it has a '}' without a '{'";
    if (literal.find('#') != std::string_view::npos) return "it has a fragment, which is never sent: leave it out";
    if (!literal.empty()) pieces_.push_back({0, std::string{literal}, {}});
    if (open == std::string_view::npos) break;
    auto const close = text.find('}', open);
    if (close == std::string_view::npos) return "the '}' of an expression is missing";
    if (auto problem = read_expression(text.substr(open + 1, close - open - 1)); !problem.empty()) return problem;
    text.remove_prefix(close + 1);
  }
  if (!names_target()) return "it lacks {target_host} or {target_port}";
  return {};
}

inline bool uri_template::names_target() const {
  auto const has = [this](std::string_view name) {
    return std::any_of(pieces_.begin(), pieces_.end(), [name](piece const& one) {
      return std::find(one.names.begin(), one.names.end(), name) != one.names.end();
    });
  };
  return has("target_host") && has("target_port");
}

inline uri_template::parsed uri_template::made_of(std::string_view whole, std::string_view authority,
                                                  std::string_view path) {
  uri_template made;
  made.authority_ = authority;
  auto problem = problem_with_text(whole);
  if (problem.empty() && !path.starts_with('/')) problem = "it has no path that begins with '/'";
  if (problem.empty()) problem = made.read_pieces(path);
  if (!problem.empty()) return refused(whole, problem);
  return made;
}

inline uri_template::parsed uri_template::parse_path(std::string_view text) {
  return made_of(text, {}, text);
}

inline uri_template::parsed uri_template::parse(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme)) return refused(text, "it does not begin with https://");
  auto const rest = text.substr(scheme.size());
  auto const slash = std::min(rest.find('/'), rest.size());
  auto const authority = rest.substr(0, slash);
  // The two variables may stand in the path and the query only.
  if (!is_authority(authority)) return refused(text, "its authority is not HOST or HOST:PORT");
  return made_of(text, authority, rest.substr(slash));
}

inline std::string uri_template::expand(target const& to) const {
  std::string path;
  for (auto const& one : pieces_) {
    path += one.literal;
    bool first = true;
    for (auto const& name : one.names) {
      if (name != "target_host" && name != "target_port") continue;
      path += detail::lead_of(one.what, first, name);
      path += name == "target_host" ? percent_encoded(to.host) : std::to_string(to.port);
      first = false;
    }
  }
  return path;
}

/// A variable that was not defined is left out with what would lead it.
inline bool uri_template::take_expression(piece const& one, std::string_view& path, matched& found) {
  bool first = true;
  for (auto const& name : one.names) {
    auto const lead = detail::lead_of(one.what, first, name);
    auto* const wanted = name == "target_host" ? &found.host : name == "target_port" ? &found.port : nullptr;
    if (!path.starts_with(lead)) {
      if (wanted != nullptr) return false;
      continue;
    }
    path.remove_prefix(lead.size());
    auto const value = path.substr(0, path.find_first_of("/?&,=;"));
    path.remove_prefix(value.size());
    first = false;
    if (wanted == nullptr) continue;
    if (*wanted && **wanted != value) return false;
    *wanted = value;
  }
  return true;
}

inline std::optional<uri_template::values> uri_template::match(std::string_view path) const {
  matched found;
  for (auto const& one : pieces_) {
    if (one.what != 0) {
      if (!take_expression(one, path, found)) return std::nullopt;
      continue;
    }
    if (!path.starts_with(one.literal)) return std::nullopt;
    path.remove_prefix(one.literal.size());
  }
  if (!path.empty()) return std::nullopt;
  return values{*found.host, *found.port};
}

}  // namespace quoin::http3::connect_udp
