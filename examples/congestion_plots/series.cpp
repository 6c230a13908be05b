// SPDX-License-Identifier: BSL-1.0
#include "series.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>

namespace plots {
namespace {

using nlohmann::json;

constexpr double step = 0.1;

/// Calls `each(name, seconds, data)` for every event of the log.
template <class Each>
void for_each_event(std::filesystem::path const& name, Each each) {
  std::ifstream file{name, std::ios::binary};
  if (!file) throw std::runtime_error{"cannot read " + name.string()};
  for (std::string record; std::getline(file, record);) {
    auto const begin = record.find('{');
    if (begin == std::string::npos) continue;
    auto const event = json::parse(record.begin() + static_cast<std::ptrdiff_t>(begin), record.end());
    if (event.contains("name"))
      each(event["name"].get<std::string>(), event["time"].get<double>() / 1e3, event["data"]);
  }
}

void add_if_there(series& to, double time, json const& data, char const* key, double unit) {
  if (data.contains(key)) to.push_back({time, data[key].get<double>() / unit});
}

void read_sender(std::filesystem::path const& name, curves& into) {
  for_each_event(name, [&](std::string const& event, double time, json const& data) {
    if (event == "recovery:metrics_updated") {
      add_if_there(into.window, time, data, "congestion_window", 1e3);
      add_if_there(into.in_flight, time, data, "bytes_in_flight", 1e3);
      add_if_there(into.round_trip, time, data, "latest_rtt", 1);
      add_if_there(into.pacing, time, data, "pacing_rate", 1e6);
    } else if (event == "recovery:packet_lost") {
      into.losses.push_back({time, into.window.empty() ? 0 : into.window.back().value});
    }
  });
}

void read_receiver(std::filesystem::path const& name, curves& into) {
  std::vector<double> bits;
  for_each_event(name, [&](std::string const& event, double time, json const& data) {
    if (event != "transport:packet_received") return;
    auto const slot = static_cast<std::size_t>(time / step);
    if (bits.size() <= slot) bits.resize(slot + 1);
    bits[slot] += 8 * data["raw"]["length"].get<double>();
  });
  if (!bits.empty()) bits.pop_back();  // the transfer ended somewhere in it
  for (std::size_t slot = 0; slot < bits.size(); ++slot)
    into.throughput.push_back({(static_cast<double>(slot) + 0.5) * step, bits[slot] / step / 1e6});
}

}  // namespace

curves read_curves(logs const& from) {
  curves read;
  read_sender(from.sender, read);
  read_receiver(from.receiver, read);
  if (read.window.empty() || read.throughput.empty()) throw std::runtime_error{"the logs say nothing of a transfer"};
  return read;
}

double mean_after(series const& of, double begin) {
  double sum = 0;
  std::size_t count = 0;
  for (auto const& p : of) {
    if (p.time < begin) continue;
    sum += p.value;
    ++count;
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace plots
