// SPDX-License-Identifier: BSL-1.0
#include "progress.hpp"

#include "text.hpp"

#include <algorithm>
#include <cstdio>

#include <unistd.h>
#include <ftxui/dom/elements.hpp>
#include <ftxui/screen/screen.hpp>

namespace tool {
namespace {

using std::chrono::steady_clock;

constexpr auto between_pictures = std::chrono::milliseconds{100};
constexpr std::size_t most_lines = 8;

ftxui::Element line_of(meter::item const& item) {
  using namespace ftxui;
  return hbox({text("  " + item.name) | flex, text(readable_bytes(static_cast<double>(item.bytes)))});
}

ftxui::Element total_of(meter const& all, double seconds) {
  using namespace ftxui;
  auto const percent = std::to_string(static_cast<int>(all.fraction() * 100)) + "% ";
  auto const rate = seconds > 0 ? static_cast<double>(all.bytes) / seconds : 0.0;
  auto const numbers = "  " + readable_bytes(static_cast<double>(all.bytes)) + "  " + readable_bytes(rate) + "/s  " +
                       std::to_string(all.done) + "/" + std::to_string(all.items.size()) + " files" +
                       (all.failed != 0 ? ", " + std::to_string(all.failed) + " failed" : "");
  auto bar = gauge(static_cast<float>(all.fraction())) | flex;
  return hbox({text(percent) | size(WIDTH, EQUAL, 5), bar, text(numbers)});
}

ftxui::Element picture_of(meter const& all, double seconds) {
  ftxui::Elements lines{total_of(all, seconds)};
  std::size_t running = 0;
  for (auto const& item : all.items) {
    if (item.now != meter::state::running) continue;
    if (running++ < most_lines) lines.push_back(line_of(item));
  }
  if (running > most_lines) lines.push_back(ftxui::text("  and " + std::to_string(running - most_lines) + " more"));
  return ftxui::vbox(std::move(lines));
}

}  // namespace

bool standard_error_is_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

progress::progress(meter const& what, bool enabled) : meter_(what), enabled_(enabled), started_(steady_clock::now()) {}

void progress::update() {
  if (!enabled_) return;
  auto const now = steady_clock::now();
  if (now - drawn_ >= between_pictures) draw(now);
}

void progress::finish() {
  if (!enabled_) return;
  draw(steady_clock::now());
  std::fputs("\n", stderr);
  enabled_ = false;
}

void progress::draw(steady_clock::time_point now) {
  drawn_ = now;
  auto picture = picture_of(meter_, std::chrono::duration<double>(now - started_).count());
  auto const width = std::min(ftxui::Dimension::Full().dimx, 100);
  auto screen = ftxui::Screen::Create(ftxui::Dimension::Fixed(width), ftxui::Dimension::Fit(picture));
  ftxui::Render(screen, picture);
  // "\x1b[J" wipes what is left of a picture that had more lines.
  std::fputs((back_to_top_ + "\x1b[J" + screen.ToString()).c_str(), stderr);
  back_to_top_ = screen.ResetPosition();
}

}  // namespace tool
