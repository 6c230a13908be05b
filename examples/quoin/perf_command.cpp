// SPDX-License-Identifier: BSL-1.0
#include "dial.hpp"
#include "failure.hpp"
#include "perf_client.hpp"
#include "perf_server.hpp"
#include "report.hpp"
#include "server_loop.hpp"
#include "settings.hpp"
#include "signals.hpp"
#include "text.hpp"

#include <array>
#include <cstdio>
#include <list>

namespace tool {
namespace {

using std::chrono::steady_clock;

double since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

caller caller_of(perf::client& client) {
  return {client, [&client] { return client.connected(); }, [&client] { return client.closed(); }, [] {}};
}

engine_settings measuring_settings(perf_client_options const& asked) {
  auto settings = client_settings(asked.common, asked.client);
  settings.protection = asked.protection;
  settings.tls.accelerated = asked.protection != backend::botan;
  settings.tls.verify_each = asked.verify_each;
  return settings;
}

void print(json const& out, bool as_json, std::string const& text) {
  std::printf("%s\n", as_json ? out.dump(2).c_str() : text.c_str());
}

/// Transfers and requests: one connection, `streams` requests at once, once each or for the duration.
int measure_requests(perf_client_options const& asked) {
  bool const timed = asked.duration > 0 || asked.requests;
  double const duration = asked.duration > 0 ? asked.duration : 5;
  perf::client client{{asked.download, asked.upload, asked.streams, false, timed}};
  auto const to = parse_destination(asked.server);
  auto call = dial(to, measuring_settings(asked), caller_of(client));
  auto const processor_before = processor_seconds();
  auto const start = *client.connected_at();
  while (!client.done() && !client.closed()) {
    call.line->turn(std::chrono::milliseconds{100});
    if (stop_asked()) throw failure("interrupted");
    if (timed && since(start) >= duration) client.stop();
  }
  auto const processor = processor_seconds() - processor_before;
  if (client.closed()) throw failure(explain(*client.closed(), call.to));
  call.line->close_all(0, {});
  call.line->turn(quoin::duration::zero());

  auto const& count = client.count();
  auto const seconds = std::chrono::duration<double>(client.last_at() - start).count();
  auto const gigabytes = static_cast<double>(count.downloaded + count.uploaded) / 1e9;
  json out;
  out["seconds"] = seconds;
  out["requests"] = count.requests;
  out["broken"] = count.broken;
  out["requests_per_second"] = rounded(seconds > 0 ? static_cast<double>(count.requests) / seconds : 0);
  out["downloaded_bytes"] = count.downloaded;
  out["uploaded_bytes"] = count.uploaded;
  out["download_megabytes_per_second"] = rounded(megabytes_per_second(count.downloaded, seconds));
  out["upload_megabytes_per_second"] = rounded(megabytes_per_second(count.uploaded, seconds));
  out["processor_seconds"] = processor;
  out["processor_seconds_per_gigabyte"] = rounded(gigabytes > 0 ? processor / gigabytes : 0);
  out["connection"] = to_json(client.statistics());
  auto text = std::to_string(count.requests) + " requests in " + readable_seconds(seconds);
  if (asked.requests) {
    text += ": " + std::to_string(static_cast<std::uint64_t>(static_cast<double>(count.requests) / seconds)) + "/s";
  } else {
    std::array<char, 128> rates{};
    std::snprintf(rates.data(), rates.size(), ": %.1f MB/s down, %.1f MB/s up, %.3f CPU seconds",
                  megabytes_per_second(count.downloaded, seconds), megabytes_per_second(count.uploaded, seconds),
                  processor);
    text += rates.data();
  }
  print(out, asked.json, text + "\n" + readable(client.statistics()));
  if (count.broken != 0) throw failure(std::to_string(count.broken) + " requests got no or a wrong answer");
  return static_cast<int>(exit_code::done);
}

/// Full handshakes, `streams` at once, each connection closed as soon as it stands.
int measure_handshakes(perf_client_options const& asked) {
  double const duration = asked.duration > 0 ? asked.duration : 5;
  auto const to = parse_destination(asked.server);
  auto const settings = measuring_settings(asked);
  // The first one finds the address that answers and is not counted.
  perf::client first{{0, 0, 0, false, false}};
  auto call = dial(to, settings, caller_of(first));
  auto const remote = call.address;
  auto const processor_before = processor_seconds();
  auto const start = steady_clock::now();
  std::list<perf::client> under_way;
  std::uint64_t done = 0;
  while (since(start) < duration && !stop_asked()) {
    while (under_way.size() < asked.streams)
      call.line->connect(remote, to.host, under_way.emplace_back(perf::work{0, 0, 0, true, false}));
    call.line->turn(std::chrono::milliseconds{10});
    for (auto& each : under_way)
      if (each.closed() && !each.connected()) throw failure(explain(*each.closed(), call.to));
    done += under_way.remove_if([](perf::client const& each) { return each.closed().has_value(); });
  }
  auto const seconds = since(start);
  auto const processor = processor_seconds() - processor_before;
  call.line->close_all(0, {});
  call.line->turn(quoin::duration::zero());
  json out;
  out["seconds"] = seconds;
  out["handshakes"] = done;
  out["handshakes_per_second"] = rounded(static_cast<double>(done) / seconds);
  out["processor_seconds"] = processor;
  out["processor_milliseconds_per_handshake"] = rounded(done != 0 ? processor * 1e3 / static_cast<double>(done) : 0);
  print(out, asked.json,
        std::to_string(done) + " handshakes in " + readable_seconds(seconds) + ": " +
            std::to_string(static_cast<std::uint64_t>(static_cast<double>(done) / seconds)) + "/s");
  return static_cast<int>(exit_code::done);
}

}  // namespace

int perf_server(perf_server_options const& asked) {
  auto settings = server_settings(asked.common, asked.server);
  settings.protection = asked.protection;
  settings.tls.accelerated = asked.protection != backend::botan;
  settings.accept = [](engine&) { return std::make_unique<perf::server>(); };
  companion nobody;
  return run_server(settings, "answering perf clients", asked.common.quiet, nobody);
}

int perf_client(perf_client_options const& asked) {
  if (!asked.handshakes && !asked.requests && asked.download == 0 && asked.upload == 0)
    throw failure("nothing to measure: say --download, --upload, --requests or --handshakes", exit_code::usage);
  catch_stop_signals();
  return asked.handshakes ? measure_handshakes(asked) : measure_requests(asked);
}

}  // namespace tool
