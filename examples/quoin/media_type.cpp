// SPDX-License-Identifier: BSL-1.0
#include "media_type.hpp"

#include <quoin/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace tool {
namespace {

struct row {
  std::string_view ending;
  std::string_view type;
};

constexpr std::array rows{row{"css", "text/css; charset=utf-8"},
                          row{"csv", "text/csv; charset=utf-8"},
                          row{"gif", "image/gif"},
                          row{"gz", "application/gzip"},
                          row{"htm", "text/html; charset=utf-8"},
                          row{"html", "text/html; charset=utf-8"},
                          row{"ico", "image/x-icon"},
                          row{"jpeg", "image/jpeg"},
                          row{"jpg", "image/jpeg"},
                          row{"js", "text/javascript; charset=utf-8"},
                          row{"json", "application/json"},
                          row{"md", "text/markdown; charset=utf-8"},
                          row{"mjs", "text/javascript; charset=utf-8"},
                          row{"mp4", "video/mp4"},
                          row{"pdf", "application/pdf"},
                          row{"png", "image/png"},
                          row{"svg", "image/svg+xml"},
                          row{"txt", "text/plain; charset=utf-8"},
                          row{"wasm", "application/wasm"},
                          row{"webp", "image/webp"},
                          row{"woff2", "font/woff2"},
                          row{"xml", "application/xml"},
                          row{"zip", "application/zip"}};

}  // namespace

std::string_view media_type_of(std::string_view path) {
  auto const name = path.substr(path.rfind('/') + 1);
  auto const dot = name.rfind('.');
  std::string ending{dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1)};
  quoin::make_lower(ending);
  auto const found = std::find_if(rows.begin(), rows.end(), [&](row const& each) { return each.ending == ending; });
  return found == rows.end() ? "application/octet-stream" : found->type;
}

}  // namespace tool
