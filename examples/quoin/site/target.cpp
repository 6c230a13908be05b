// SPDX-License-Identifier: BSL-1.0
#include "target.hpp"

#include "../text.hpp"

namespace tool::site {
namespace {

constexpr std::string_view well_known = ".well-known";

std::string_view without_origin(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://")) return text;
  auto const slash = text.find('/', text.find("//") + 2);
  return slash == std::string_view::npos ? "/" : text.substr(slash);
}

target_outcome add_name(std::string_view encoded, bool all, target& out) {
  auto const name = percent_decoded(encoded);
  if (!name) return target_outcome::malformed;
  // An escaped slash is a part of a name, and no file has such a name.
  if (name->empty() || *name == "." || *name == ".." || name->find('/') != std::string::npos)
    return target_outcome::hidden;
  bool const first = out.path.empty();
  if (!all && is_hidden_name(*name) && !(first && *name == well_known)) return target_outcome::hidden;
  if (!first) out.path += '/';
  out.path += *name;
  return target_outcome::named;
}

}  // namespace

bool is_hidden_name(std::string_view name) {
  return name.starts_with('.');
}

target_outcome parsed_target(std::string_view text, bool all, target& out) {
  text = without_origin(text);
  auto const mark = text.find('?');
  if (mark != std::string_view::npos) out.query = text.substr(mark);
  text = text.substr(0, mark);
  if (!text.starts_with('/')) return target_outcome::malformed;
  out.directory = text.ends_with('/');
  if (text == "/") return target_outcome::named;
  text = text.substr(1, text.size() - (out.directory ? 2 : 1));
  while (true) {
    auto const slash = text.find('/');
    auto const outcome = add_name(text.substr(0, slash), all, out);
    if (outcome != target_outcome::named || slash == std::string_view::npos) return outcome;
    text = text.substr(slash + 1);
  }
}

std::string encoded_path(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    auto const slash = path.find('/');
    text += '/' + percent_encoded(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return text.empty() ? "/" : text;
}

}  // namespace tool::site
