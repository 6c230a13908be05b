// SPDX-License-Identifier: BSL-1.0
#include "document.hpp"

#include "../text.hpp"

namespace tool::site {
namespace {

/// Another state of the file has another of these, unless somebody sets its times by hand (RFC 9110 8.8.1).
std::string etag_of(found_file const& found, std::string_view coding) {
  auto text = '"' + hexadecimal(found.inode).substr(2) + '-' + hexadecimal(found.size).substr(2) + '-' +
              hexadecimal(static_cast<std::uint64_t>(found.modified.time_since_epoch().count())).substr(2);
  if (!coding.empty()) text.append("-").append(coding);
  return text + '"';
}

std::shared_ptr<stored_file const> kept(found_file&& found, std::string_view coding, document_limits const& limits) {
  auto file = std::make_shared<stored_file>();
  file->size = found.size;
  file->modified = std::chrono::floor<std::chrono::seconds>(found.modified);
  file->etag = etag_of(found, coding);
  file->last_modified = http_date(file->modified);
  if (found.size > limits.small)
    file->file = std::move(found.file);
  else if (!read_whole(found, file->bytes))
    return nullptr;
  return file;
}

bool is_coded_name(std::string_view path) {
  for (auto const& each : codings)
    if (path.ends_with(each.ending)) return true;
  return false;
}

/// What has been compressed before the file was changed is something else (and nothing to warn of).
void look_for_codings(served_folder const& folder, std::string const& path, found_file const& plain,
                      document_limits const& limits, document& out) {
  for (std::size_t i = 0; i < codings.size(); ++i) {
    found_file found;
    if (folder.find(path + std::string{codings[i].ending}, found) != open_outcome::opened) continue;
    if (found.directory || found.modified < plain.modified) continue;
    out.coded[i] = kept(std::move(found), codings[i].name, limits);
  }
}

}  // namespace

open_outcome load_document(served_folder const& folder, std::string const& path, document_limits const& limits,
                           document& out) {
  found_file found;
  if (auto const outcome = folder.find(path, found); outcome != open_outcome::opened) return outcome;
  out.directory = found.directory;
  if (out.directory) return open_outcome::opened;
  if (!is_coded_name(path)) look_for_codings(folder, path, found, limits, out);
  out.plain = kept(std::move(found), {}, limits);
  return out.plain ? open_outcome::opened : open_outcome::forbidden;
}

}  // namespace tool::site
