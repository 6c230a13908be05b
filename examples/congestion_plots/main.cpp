// SPDX-License-Identifier: BSL-1.0
/// \file
/// Draws what congestion controllers do: runs a transfer with each over the same simulated bottleneck, reads the qlogs
/// that it left, and writes one SVG with throughput, window, round trip and pacing rate over time.
#include "drawing.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>
#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

namespace {

using runner = plots::logs (*)(plots::path const&, std::filesystem::path const&);
struct controller {
  char const* name;
  runner run;
  bool by_default = true;
};
/// `hystart` is `new_reno` with another slow start, for comparing the two.
constexpr std::array controllers{
    controller{"new_reno", plots::run_new_reno}, controller{"hystart", plots::run_hystart, false},
    controller{"cubic", plots::run_cubic}, controller{"bbr", plots::run_bbr}, controller{"prague", plots::run_prague}};

bool is_wanted(controller const& each, std::vector<std::string> const& wanted) {
  return wanted.empty() ? each.by_default : std::find(wanted.begin(), wanted.end(), each.name) != wanted.end();
}

std::string caption_of(plots::path const& over) {
  std::ostringstream out;
  out << over.megabits << " Mbit/s, " << over.round_trip_ms << " ms, queue of " << over.queue_kilobytes << " kB";
  if (over.loss_percent > 0) out << ", " << over.loss_percent << " % random loss";
  if (over.l4s_threshold_ms > 0) out << ", ECT(1) marked beyond " << over.l4s_threshold_ms << " ms of waiting";
  if (over.classic_threshold_ms > 0)
    out << ", anything marked beyond " << over.classic_threshold_ms << " ms of waiting";
  return out.str();
}

/// A folder for the logs that goes away with its object, unless they are to be kept.
class log_folder {
 public:
  explicit log_folder(std::string const& kept) : keep_(!kept.empty()) {
    path_ = keep_ ? std::filesystem::path{kept}
                  : std::filesystem::temp_directory_path() / ("congestion_plots." + std::to_string(::getpid()));
    std::filesystem::create_directories(path_);
  }
  log_folder(log_folder const&) = delete;
  log_folder& operator=(log_folder const&) = delete;
  ~log_folder() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  bool keep_;
  std::filesystem::path path_;
};

int run(plots::path const& over, std::vector<std::string> const& wanted, std::string const& output,
        std::string const& kept) {
  log_folder const folder{kept};
  std::vector<plots::column> columns;
  for (auto const& each : controllers) {
    if (!is_wanted(each, wanted)) continue;
    columns.push_back({each.name, plots::read_curves(each.run(over, folder.path()))});
    auto const& seen = columns.back().of;
    std::cout << each.name << ": " << plots::mean_after(seen.throughput, over.seconds / 4) << " Mbit/s, round trip "
              << plots::mean_after(seen.round_trip, over.seconds / 4) << " ms, " << seen.losses.size() << " lost\n";
  }
  std::ofstream file{output, std::ios::binary};
  file << plots::draw(caption_of(over), columns, over);
  if (!file.flush()) {
    std::cerr << "cannot write " << output << '\n';
    return 1;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  plots::path over;
  std::string output;
  std::string kept;
  std::vector<std::string> wanted;
  CLI::App app{"Runs a transfer with each congestion controller over a simulated bottleneck and draws what it did."};
  app.add_option("output", output, "SVG file to write")->required();
  app.add_option("--megabits", over.megabits, "rate of the bottleneck, Mbit/s")->check(CLI::Range(0.1, 1000.0));
  app.add_option("--round-trip", over.round_trip_ms, "round trip of the empty path, ms")
      ->check(CLI::Range(0.1, 2000.0));
  app.add_option("--queue", over.queue_kilobytes, "room before the bottleneck, kB")->check(CLI::Range(3.0, 1e6));
  app.add_option("--loss", over.loss_percent, "random loss, percent")->check(CLI::Range(0.0, 50.0));
  app.add_option("--l4s", over.l4s_threshold_ms, "mark ECT(1) that waits longer, ms")->check(CLI::Range(0.0, 1000.0));
  app.add_option("--classic", over.classic_threshold_ms, "mark what waits longer, ECT(0) or ECT(1), ms")
      ->check(CLI::Range(0.0, 1000.0));
  app.add_option("--seconds", over.seconds, "how long")->check(CLI::Range(1.0, 600.0));
  app.add_option("--controllers", wanted, "only these: new_reno, hystart, cubic, bbr, prague")
      ->check(CLI::IsMember({"new_reno", "hystart", "cubic", "bbr", "prague"}));
  app.add_option("--keep-logs", kept, "folder to leave the qlogs in");
  try {
    app.parse(count, arguments);
  } catch (CLI::ParseError const& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  try {
    return run(over, wanted, output, kept);
  } catch (std::exception const& e) {
    std::cerr << e.what() << '\n';
    return 1;
  }
}
