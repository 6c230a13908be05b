// SPDX-License-Identifier: BSL-1.0
#include "fetch/work.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace tool::fetch {
namespace {

bool is_folder(std::string const& output) {
  std::error_code ignored;
  return output.ends_with('/') || std::filesystem::is_directory(output, ignored);
}

/// One file with a name of its own: then the URL need not have one.
bool is_one_file(get_options const& asked) {
  return !asked.output.empty() && asked.output != "-" && asked.urls.size() == 1 && !is_folder(asked.output);
}

void check_content(get_options const& asked) {
  if (asked.data && is_standard_input(*asked.data) && asked.urls.size() > 1)
    throw failure("--data - can be sent to one URL only: standard input is read once", exit_code::usage);
}

/// HEAD has no content, so that there is no file to make of it.
bool prints_only(get_options const& asked) {
  return asked.output == "-" || method_of(asked) == "HEAD";
}

}  // namespace

void work::make_folder() const {
  if (folder.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw failure("cannot make the folder '" + folder.string() + "': " + error.message(), exit_code::unwritable);
}

std::vector<group> by_server(std::vector<order> const& orders) {
  std::vector<group> groups;
  for (auto const& each : orders) {
    auto const same = std::find_if(groups.begin(), groups.end(), [&](group const& g) {
      return g.from.host == each.where.host && g.from.port == each.where.port;
    });
    auto& to = same != groups.end() ? *same : groups.emplace_back(group{{each.where.host, each.where.port}, {}});
    to.jobs.push_back(each);
  }
  return groups;
}

std::string method_of(get_options const& asked) {
  if (!asked.method.empty()) return asked.method;
  return asked.head ? "HEAD" : asked.data ? "POST" : "GET";
}

work work_of(get_options const& asked) {
  check_content(asked);
  work made;
  made.to_standard_output = prints_only(asked);
  bool const named = made.to_standard_output || is_one_file(asked);
  if (!named) made.folder = asked.output.empty() ? asked.folder : std::filesystem::path{asked.output};
  std::vector<order> orders;
  std::set<std::string> names;
  for (auto const& text : asked.urls) {
    order each;
    each.where = named ? parse_nameless_url(text) : parse_url(text);
    each.path = each.where.path;
    each.name = named ? each.where.text() : each.where.file_name;
    if (!made.to_standard_output)
      each.target = named ? std::filesystem::path{asked.output} : made.folder / each.where.file_name;
    each.method = method_of(asked);
    each.with_content = asked.data.has_value();
    if (!named && !names.insert(each.name).second)
      throw failure("two URLs would be saved as '" + each.name + "'", exit_code::usage);
    orders.push_back(std::move(each));
  }
  made.groups = by_server(orders);
  return made;
}

}  // namespace tool::fetch
