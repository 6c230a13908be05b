// SPDX-License-Identifier: BSL-1.0
#include "listing.hpp"

#include "date.hpp"
#include "target.hpp"

#include "../text.hpp"

#include <algorithm>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace tool::site {
namespace {

struct row {
  std::string name;
  bool directory = false;
  std::uint64_t size = 0;
  std::chrono::sys_seconds modified{};
};

std::string escaped(std::string_view text) {
  std::string safe;
  for (auto const c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

using open_directory = std::unique_ptr<DIR, decltype([](DIR* of) { ::closedir(of); })>;

/// What is neither a file nor a folder, and what a symbolic link leads out to, is not listed: nobody could fetch it.
std::optional<row> looked_at(served_folder const& folder, std::string const& path, std::string const& name) {
  found_file found;
  if (folder.find(path.empty() ? name : path + "/" + name, found) != open_outcome::opened) return std::nullopt;
  return row{name, found.directory, found.size, std::chrono::floor<std::chrono::seconds>(found.modified)};
}

std::string as_html(row const& each) {
  auto const slash = each.directory ? "/" : "";
  return "<tr><td><a href=\"" + percent_encoded(each.name) + slash + "\">" + escaped(each.name) + slash + "</a><td>" +
         (each.directory ? std::string{} : readable_bytes(static_cast<double>(each.size))) + "<td>" +
         http_date(each.modified) + "\n";
}

}  // namespace

std::optional<std::string> listing_of(served_folder const& folder, std::string const& path, bool all) {
  found_file found;
  if (folder.find(path, found) != open_outcome::opened || !found.directory) return std::nullopt;
  open_directory const entries{::fdopendir(::fcntl(found.file.get(), F_DUPFD_CLOEXEC, 0))};
  if (!entries) return std::nullopt;
  std::vector<row> rows;
  bool more = false;
  while (auto const* const entry = ::readdir(entries.get())) {
    std::string const name{entry->d_name};
    if (name == "." || name == ".." || (!all && is_hidden_name(name))) continue;
    if ((more = rows.size() == most_listed)) break;
    if (auto one = looked_at(folder, path, name)) rows.push_back(std::move(*one));
  }
  std::sort(rows.begin(), rows.end(),
            [](row const& a, row const& b) { return a.directory != b.directory ? a.directory : a.name < b.name; });
  auto const title = escaped("/" + path);
  auto page = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>" + title + "</title>\n<h1>" + title +
              "</h1>\n<table>\n<tr><th>Name<th>Size<th>Changed\n";
  if (!path.empty()) page += "<tr><td><a href=\"../\">../</a><td><td>\n";
  for (auto const& each : rows) page += as_html(each);
  page += "</table>\n";
  if (more) page += "<p>There are more than " + std::to_string(most_listed) + "; the rest is not shown.</p>\n";
  return page;
}

}  // namespace tool::site
