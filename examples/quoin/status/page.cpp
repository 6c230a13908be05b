// SPDX-License-Identifier: BSL-1.0
#include "page.hpp"

#include "../net_address.hpp"
#include "../report.hpp"

namespace tool::status {
namespace {

double milliseconds(quoin::duration time) {
  return rounded(std::chrono::duration<double, std::milli>(time).count());
}

json as_json(totals const& of) {
  json out;
  out["connections"] = of.connections;
  out["packets_sent"] = of.packets_sent;
  out["packets_received"] = of.packets_received;
  out["packets_lost"] = of.packets_lost;
  out["udp_bytes_sent"] = of.bytes_sent;
  out["udp_bytes_received"] = of.bytes_received;
  return out;
}

json live_as_json(totals const& of) {
  auto out = as_json(of);
  out["congestion_window"] = of.congestion_window;
  out["bytes_in_flight"] = of.bytes_in_flight;
  auto const count = static_cast<std::int64_t>(of.connections);
  out["mean_rtt_ms"] = count == 0 ? 0.0 : milliseconds(of.round_trips / count);
  return out;
}

json as_json(seen_connection const& one) {
  json out;
  out["remote"] = shown(one.remote);
  out.update(to_json(one.statistics));
  out["congestion_window"] = one.statistics.congestion_window;
  out["bytes_in_flight"] = one.statistics.bytes_in_flight;
  out["probe_timeouts"] = one.statistics.pto_count;
  return out;
}

/// `DATA` stands for where to read. What it reads is put into the page as text, never as HTML.
constexpr std::string_view page = R"html(<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>quoin: status</title>
<style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222 }
h1 { font-size: 1.3em } #charts { display: grid; gap: 1em; grid-template-columns: repeat(auto-fit, minmax(20em, 1fr)) }
figure { margin: 0; border: 1px solid #ddd; padding: .6em } figcaption b { float: right }
svg { width: 100%; height: 6em; display: block } polyline { fill: none; stroke: #06c; stroke-width: 1.5;
vector-effect: non-scaling-stroke } table { border-collapse: collapse; margin-top: 1em; width: 100% }
td, th { text-align: right; padding: .15em .6em; border-bottom: 1px solid #eee } td:first-child, th:first-child {
text-align: left } #problem { color: #a00 }
</style>
<h1>quoin</h1><p id="summary"></p><p id="problem"></p><div id="charts"></div>
<table><thead></thead><tbody></tbody></table>
<script>
"use strict";
const every = 1000, kept = 120;
const size = n => { for (const u of ["B", "KiB", "MiB", "GiB"]) { if (n < 1024) return n.toFixed(u == "B" ? 0 : 1) + " " + u;
  n /= 1024; } return n.toFixed(1) + " TiB"; };
const charts = [
  {title: "Live connections", of: now => now.live.connections, shown: n => n},
  {title: "Mean round-trip time", of: now => now.live.mean_rtt_ms, shown: n => n.toFixed(1) + " ms"},
  {title: "Congestion windows together", of: now => now.live.congestion_window, shown: size},
  {title: "Packets lost a second", of: (now, then) => rate(now, then, "packets_lost"), shown: n => n.toFixed(1)},
  {title: "Sent a second", of: (now, then) => rate(now, then, "udp_bytes_sent"), shown: size},
];
const columns = [["Client", "remote"], ["RTT, ms", "rtt_ms"], ["Least", "min_rtt_ms"],
  ["Window", "congestion_window", size], ["In flight", "bytes_in_flight", size], ["Sent", "udp_bytes_sent", size],
  ["Received", "udp_bytes_received", size], ["Lost", "packets_lost"], ["Datagram", "datagram_size"]];
const put = (parent, tag, text) => { const made = document.createElement(tag); made.textContent = text ?? "";
  parent.append(made); return made; };
function rate(now, then, name) {
  const all = of => of.live[name] + of.over[name];
  return then ? Math.max(0, all(now) - all(then)) * 1000 / (now.read - then.read) : 0;
}
for (const chart of charts) {
  const figure = put(document.getElementById("charts"), "figure");
  const caption = put(figure, "figcaption", chart.title);
  chart.value = put(caption, "b"); chart.points = [];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${kept - 1} 100`); svg.setAttribute("preserveAspectRatio", "none");
  chart.line = document.createElementNS(svg.namespaceURI, "polyline"); svg.append(chart.line); figure.append(svg);
}
for (const [title] of columns) put(document.querySelector("thead"), "th", title);
function draw(chart, value) {
  chart.points.push(value); if (chart.points.length > kept) chart.points.shift();
  const most = Math.max(...chart.points, 1e-9), left = kept - chart.points.length;
  chart.value.textContent = chart.shown(value);
  chart.line.setAttribute("points", chart.points.map((v, i) => `${left + i},${98 - 96 * v / most}`).join(" "));
}
function list(connections) {
  const rows = document.createElement("tbody");
  for (const one of connections) {
    const row = put(rows, "tr");
    for (const [, name, as] of columns) put(row, "td", as ? as(one[name]) : one[name]);
  }
  document.querySelector("tbody").replaceWith(rows);
}
let then;
async function look() {
  try {
    const now = await (await fetch("DATA", {cache: "no-store"})).json();
    now.read = performance.now();
    for (const chart of charts) draw(chart, chart.of(now, then));
    list(now.connections);
    document.getElementById("summary").textContent = `Up for ${now.uptime_seconds} s; ${now.live.connections} ` +
      `connections, ${now.over.connections} before; ${now.connections.length} listed.`;
    document.getElementById("problem").textContent = "";
    then = now;
  } catch (problem) { document.getElementById("problem").textContent = `No answer: ${problem.message}`; }
  setTimeout(look, every);
}
look();
</script>
)html";

}  // namespace

std::string as_json(board const& of, std::chrono::seconds up) {
  auto const live = of.live();
  json out;
  out["uptime_seconds"] = up.count();
  out["live"] = live_as_json(live.sums);
  out["over"] = as_json(of.over());
  out["connections"] = json::array();
  for (auto const& each : live.listed) out["connections"].push_back(as_json(each));
  return out.dump();
}

std::string page_for(std::string_view data) {
  constexpr std::string_view mark = "DATA";
  std::string made{page};
  return made.replace(made.find(mark), mark.size(), data);
}

}  // namespace tool::status
