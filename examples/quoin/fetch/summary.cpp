// SPDX-License-Identifier: BSL-1.0
#include "fetch/summary.hpp"

#include "text.hpp"

namespace tool::fetch {
namespace {

/// Seconds to the microsecond.
double fine(double seconds) {
  return rounded(seconds * 1e3) / 1e3;
}

json to_json(record const& of) {
  json out;
  out["url"] = of.url;
  out["status"] = of.status;
  out["bytes"] = of.bytes;
  out["resumed_from"] = of.resumed_from;
  out["redirections"] = of.redirections;
  if (of.status != 0) out["first_byte"] = fine(of.first_byte);
  out["total"] = fine(of.total);
  if (!of.problem.empty()) out["problem"] = of.problem;
  return out;
}

}  // namespace

void summary::add(std::string const& server, hq::client const& client, call const& by) {
  seconds += client.seconds();
  accumulate(statistics, client.statistics());
  json timings;
  timings["server"] = server;
  timings["address"] = by.to.address;
  timings["name_lookup"] = fine(by.lookup_seconds);
  timings["handshake"] = fine(by.handshake_seconds);
  timings["total"] = fine(by.handshake_seconds + client.seconds());
  servers.push_back(timings);
  for (auto const& one : client.records()) requests.push_back(to_json(one));
}

void summary::print(meter const& all) const {
  auto const rate = megabytes_per_second(all.bytes, seconds);
  std::printf("%zu of %zu files, %s in %s: goodput %.1f MB/s\n%s\n", all.done, all.items.size(),
              readable_bytes(static_cast<double>(all.bytes)).c_str(), readable_seconds(seconds).c_str(), rate,
              readable(statistics).c_str());
}

void summary::print_json(meter const& all, std::FILE* to) const {
  json out;
  out["files"] = all.done;
  out["failed"] = all.failed;
  out["bytes"] = all.bytes;
  out["seconds"] = seconds;
  out["megabytes_per_second"] = rounded(megabytes_per_second(all.bytes, seconds));
  out["servers"] = servers;
  out["requests"] = requests;
  out["connection"] = tool::to_json(statistics);
  out["problems"] = json::array();
  for (auto const& each : problems) out["problems"].push_back(each.text);
  std::fprintf(to, "%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
}

}  // namespace tool::fetch
