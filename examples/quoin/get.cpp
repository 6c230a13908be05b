// SPDX-License-Identifier: BSL-1.0
#include "dial.hpp"
#include "failure.hpp"
#include "fetch/head_file.hpp"
#include "fetch/summary.hpp"
#include "fetch/trace.hpp"
#include "fetch/work.hpp"
#include "hq_client.hpp"
#include "progress.hpp"
#include "settings.hpp"
#include "signals.hpp"
#include "url.hpp"

#include <algorithm>
#include <chrono>
#include <list>
#include <system_error>

namespace tool {
namespace {

using steady_clock = std::chrono::steady_clock;

/// All that a run shares.
struct run_state {
  engine_settings settings;
  hq::client::settings how;
  steady_clock::time_point give_up_at = steady_clock::time_point::max();
  meter shown;
  fetch::summary total;
  fetch::trace told;
  std::optional<fetch::head_file> heads;
};

/// Runs until every file has ended or the connection has.
void transfer(run_state& run, engine& line, hq::client& client, progress& bar) {
  while (!client.all_ended() && !client.closed() && !stop_asked() && steady_clock::now() < run.give_up_at) {
    // Nobody wakes us for standard input and output.
    line.turn(std::chrono::milliseconds{client.waits() ? 2 : 100});
    bar.update();
  }
}

/// Why files are missing, once for all of them.
problem why_incomplete(run_state const& run, hq::client const& client, call const& on) {
  if (client.closed()) return {explain(*client.closed(), on.to), exit_code_for(*client.closed(), on.to)};
  if (steady_clock::now() >= run.give_up_at) return {"it took longer than --max-time", exit_code::timeout};
  return {"interrupted", exit_code::failed};
}

void fetch_from(run_state& run, destination const& from, hq::client& client, progress& bar) try {
  auto call = dial(
      from, run.settings,
      {client, [&] { return client.connected(); }, [&] { return client.closed(); }, [&] { client.forget_attempt(); }});
  transfer(run, *call.line, client, bar);
  auto& problems = run.total.problems;
  problems.insert(problems.end(), client.problems().begin(), client.problems().end());
  if (!client.all_ended()) {
    auto why = why_incomplete(run, client, call);
    client.abandon();
    why.text += " (" + std::to_string(client.abandoned()) + " files not complete)";
    problems.push_back(why);
  }
  if (!client.closed()) call.line->wait_for_session();
  if (!client.closed()) call.line->close_all(0, {});
  call.line->turn(quoin::duration::zero());
  call.line->save_sessions();
  run.total.add(from.text(), client, call);
} catch (failure const& problem) {
  client.abandon();
  run.total.problems.push_back({problem.what(), problem.code()});
}

/// What only HTTP/3 can say.
bool needs_http3(get_options const& asked) {
  return !asked.method.empty() || !asked.headers.empty() || asked.data || asked.head || asked.include ||
         !asked.dump_header.empty() || asked.follow || asked.fail || asked.resume;
}

void choose_protocols(get_options const& asked, tls_settings& tls) {
  if (needs_http3(asked)) {
    if (asked.common.alpn != default_protocols && tls.alpn != std::vector<std::string>{"h3"})
      throw failure("methods, headers, content and parts of files need HTTP/3: leave --alpn out", exit_code::usage);
    tls.alpn = {"h3"};
  }
}

fetch::plan plan_of(get_options const& asked, run_state& run) {
  fetch::plan plan;
  auto const method = fetch::checked_method(fetch::method_of(asked));
  bool const form = asked.data && !asked.data->starts_with('@') && !fetch::is_standard_input(*asked.data);
  plan.fields = fetch::request_fields(asked.headers, form, asked.resume);
  plan.data = asked.data;
  plan.resume = asked.resume;
  plan.follow = asked.follow;
  plan.most_redirections = asked.most_redirections;
  plan.fail = asked.fail;
  if (asked.verbose) plan.told = &run.told;
  auto const heads = asked.dump_header.empty() && (asked.include || method == "HEAD") ? "-" : asked.dump_header;
  if (!heads.empty()) plan.heads = &run.heads.emplace(heads);
  return plan;
}

}  // namespace

int get(get_options const& asked) {
  auto work = fetch::work_of(asked);
  run_state run;
  run.settings = client_settings(asked.common, asked.client);
  choose_protocols(asked, run.settings.tls);
  run.how = {work.to_standard_output ? 1 : asked.parallel, asked.key_update, asked.migrate, plan_of(asked, run)};
  run.shown.expected = asked.expected_bytes;
  if (asked.max_time > 0)
    run.give_up_at = steady_clock::now() +
                     std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(asked.max_time));
  work.make_folder();
  catch_stop_signals();

  auto const wanted = asked.progress || (!asked.no_progress && !asked.common.quiet && !asked.verbose &&
                                         !work.to_standard_output && standard_error_is_terminal());
  progress bar{run.shown, wanted};
  // All are there from the beginning, so that the bar knows how many there are; redirections add more.
  std::list<std::pair<destination, hq::client>> clients;
  auto const add = [&](fetch::group const& each) {
    clients.emplace_back(std::piecewise_construct, std::forward_as_tuple(each.from),
                         std::forward_as_tuple(each.jobs, run.how, run.shown));
  };
  for (auto const& each : work.groups) add(each);
  for (auto& [from, client] : clients) {
    fetch_from(run, from, client, bar);
    for (auto const& each : fetch::by_server(client.moved())) add(each);
  }
  bar.finish();

  for (auto const& each : run.total.problems) complain(each.text);
  if (asked.json)
    run.total.print_json(run.shown, work.to_standard_output ? stderr : stdout);
  else if (!asked.common.quiet && !work.to_standard_output && run.shown.done != 0)
    run.total.print(run.shown);
  return static_cast<int>(run.total.problems.empty() ? exit_code::done : run.total.problems.front().code);
}

}  // namespace tool
