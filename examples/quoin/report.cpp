// SPDX-License-Identifier: BSL-1.0
#include "report.hpp"

#include "text.hpp"

#include <chrono>
#include <cmath>

#include <sys/resource.h>

namespace tool {
namespace {

double seconds(quoin::duration time) {
  return std::chrono::duration<double>(time).count();
}

double seconds(timeval const& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::string early_data_text(quoin::early_data_status status) {
  switch (status) {
    case quoin::early_data_status::none: return "none";
    case quoin::early_data_status::offered: return "offered";
    case quoin::early_data_status::accepted: return "accepted";
    case quoin::early_data_status::rejected: break;
  }
  return "rejected";
}

}  // namespace

void accumulate(quoin::connection_statistics& total, quoin::connection_statistics const& one) {
  total.packets_sent += one.packets_sent;
  total.packets_received += one.packets_received;
  total.packets_lost += one.packets_lost;
  total.packets_dropped += one.packets_dropped;
  total.bytes_sent += one.bytes_sent;
  total.bytes_received += one.bytes_received;
  total.key_phase += one.key_phase;
  total.migrations += one.migrations;
  total.datagram_size = one.datagram_size;
  total.rtt = one.rtt;
  total.congestion_window = one.congestion_window;
  total.resumed = one.resumed;
  total.early_data = one.early_data;
}

json to_json(quoin::connection_statistics const& of) {
  json out;
  out["packets_sent"] = of.packets_sent;
  out["packets_received"] = of.packets_received;
  out["packets_lost"] = of.packets_lost;
  out["packets_dropped"] = of.packets_dropped;
  out["udp_bytes_sent"] = of.bytes_sent;
  out["udp_bytes_received"] = of.bytes_received;
  out["rtt_ms"] = rounded(seconds(of.rtt.smoothed) * 1e3);
  out["min_rtt_ms"] = rounded(seconds(of.rtt.min) * 1e3);
  out["key_updates"] = of.key_phase;
  out["migrations"] = of.migrations;
  out["datagram_size"] = of.datagram_size;
  out["resumed"] = of.resumed;
  out["early_data"] = early_data_text(of.early_data);
  return out;
}

std::string readable(quoin::connection_statistics const& of) {
  return "packets " + std::to_string(of.packets_sent) + " sent, " + std::to_string(of.packets_received) +
         " received, " + std::to_string(of.packets_lost) + " lost; RTT " + readable_seconds(seconds(of.rtt.smoothed)) +
         " (least " + readable_seconds(seconds(of.rtt.min)) + ")" + (of.resumed ? "; resumed" : "") +
         early_data_clause(of.early_data);
}

std::string early_data_clause(quoin::early_data_status status) {
  return status == quoin::early_data_status::none ? std::string{} : ", early data " + early_data_text(status);
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double megabytes_per_second(std::uint64_t bytes, double time) {
  return time > 0 ? static_cast<double>(bytes) / time / 1e6 : 0.0;
}

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

}  // namespace tool
