// SPDX-License-Identifier: BSL-1.0
#include "dial.hpp"
#include "failure.hpp"
#include "hq_client.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "settings.hpp"
#include "signals.hpp"
#include "text.hpp"
#include "url.hpp"

#include <algorithm>
#include <cstdio>
#include <list>
#include <set>
#include <system_error>

namespace tool {
namespace {

/// The files that come from one server.
struct group {
  destination from;
  std::vector<hq::job> jobs;
};

std::vector<group> by_server(get_options const& asked) {
  std::vector<group> groups;
  std::set<std::string> names;
  for (auto const& text : asked.urls) {
    auto const parsed = parse_url(text);
    if (!names.insert(parsed.file_name).second)
      throw failure("two URLs would be saved as '" + parsed.file_name + "'", exit_code::usage);
    auto const same = std::find_if(groups.begin(), groups.end(), [&](group const& g) {
      return g.from.host == parsed.host && g.from.port == parsed.port;
    });
    auto& to = same != groups.end() ? *same : groups.emplace_back(group{{parsed.host, parsed.port}, {}});
    to.jobs.push_back({parsed.path, asked.folder / parsed.file_name, parsed.file_name});
  }
  return groups;
}

struct outcome {
  double seconds = 0;
  quoin::connection_statistics statistics;
};

/// Runs until every file has ended or the connection has.
void transfer(engine& line, hq::client& client, progress& bar) {
  while (!client.all_ended() && !client.closed() && !stop_asked()) {
    line.turn(std::chrono::milliseconds{100});
    bar.update();
  }
}

void fetch(group const& from, engine_settings const& settings, hq::client& client, progress& bar, outcome& total,
           std::vector<std::string>& problems) try {
  auto call = dial(
      from.from, settings,
      {client, [&] { return client.connected(); }, [&] { return client.closed(); }, [&] { client.forget_attempt(); }});
  transfer(*call.line, client, bar);
  problems.insert(problems.end(), client.problems().begin(), client.problems().end());
  if (!client.all_ended()) {
    auto const why = client.closed() ? explain(*client.closed(), call.to) : std::string{"interrupted"};
    client.abandon();
    problems.push_back(why + " (" + std::to_string(client.abandoned()) + " files not complete)");
  }
  if (!client.closed()) call.line->wait_for_session();
  if (!client.closed()) call.line->close_all(0, {});
  call.line->turn(quoin::duration::zero());
  call.line->save_sessions();
  total.seconds += client.seconds();
  accumulate(total.statistics, client.statistics());
} catch (failure const& problem) {
  client.abandon();
  problems.emplace_back(problem.what());
}

void print_summary(meter const& all, outcome const& total) {
  auto const rate = megabytes_per_second(all.bytes, total.seconds);
  std::printf("%zu of %zu files, %s in %s: goodput %.1f MB/s\n%s\n", all.done, all.items.size(),
              readable_bytes(static_cast<double>(all.bytes)).c_str(), readable_seconds(total.seconds).c_str(), rate,
              readable(total.statistics).c_str());
}

void print_json(meter const& all, outcome const& total, std::vector<std::string> const& problems) {
  json out;
  out["files"] = all.done;
  out["failed"] = all.failed;
  out["bytes"] = all.bytes;
  out["seconds"] = total.seconds;
  out["megabytes_per_second"] = rounded(megabytes_per_second(all.bytes, total.seconds));
  out["connection"] = to_json(total.statistics);
  out["problems"] = problems;
  std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
}

}  // namespace

int get(get_options const& asked) {
  auto const groups = by_server(asked);
  auto settings = client_settings(asked.common, asked.client);
  // Early data are asked for in words that are chosen before the server has been heard, and HTTP/3 sends none yet.
  if (asked.common.alpn == default_protocols && !asked.client.session_file.empty())
    settings.tls.alpn = {std::string{hq::alpn}};
  std::error_code error;
  std::filesystem::create_directories(asked.folder, error);
  if (error) throw failure("cannot make the folder '" + asked.folder.string() + "': " + error.message());
  catch_stop_signals();

  meter all;
  all.expected = asked.expected_bytes;
  std::list<hq::client> clients;
  for (auto const& each : groups)
    clients.emplace_back(each.jobs, hq::client::settings{asked.parallel, asked.key_update, asked.migrate}, all);
  auto const wanted = asked.progress || (!asked.no_progress && !asked.common.quiet && standard_error_is_terminal());
  progress bar{all, wanted};
  outcome total;
  std::vector<std::string> problems;
  auto client = clients.begin();
  for (auto const& each : groups) fetch(each, settings, *client++, bar, total, problems);
  bar.finish();

  for (auto const& problem : problems) complain(problem);
  if (asked.json)
    print_json(all, total, problems);
  else if (!asked.common.quiet && all.done != 0)
    print_summary(all, total);
  return static_cast<int>(problems.empty() ? exit_code::done : exit_code::failed);
}

}  // namespace tool
