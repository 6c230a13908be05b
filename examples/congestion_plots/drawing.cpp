// SPDX-License-Identifier: BSL-1.0
#include "drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace plots {
namespace {

constexpr double left = 70;
constexpr double top = 66;
constexpr double panel_width = 290;
constexpr double panel_height = 130;
constexpr double gap_x = 18;
constexpr double gap_y = 34;

struct line {
  series curves::*points;
  char const* colour;
  char const* name;
  bool steps = true;  ///< a value stays until the next one is logged
};

struct row {
  char const* title;
  std::vector<line> lines;
  bool dots = false;  ///< marks lost packets
};

std::vector<row> const& rows() {
  static std::vector<row> const all{
      {"throughput, Mbit/s", {{&curves::throughput, "#1f77b4", "throughput", false}}},
      {"window and flight, kB",
       {{&curves::in_flight, "#9ecae1", "in_flight"}, {&curves::window, "#d62728", "window"}},
       true},
      {"round trip, ms", {{&curves::round_trip, "#2ca02c", "round_trip"}}},
      {"pacing rate, Mbit/s", {{&curves::pacing, "#9467bd", "pacing"}}},
  };
  return all;
}

/// 1, 2 or 5 times a power of ten, so that about four of them make `most`.
double round_step(double most) {
  auto const rough = std::max(most, 1e-9) / 4;
  auto const power = std::pow(10, std::floor(std::log10(rough)));
  for (auto const factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough) return factor * power;
  return 10 * power;
}

/// Leaves out the highest hundredth: a burst of one moment must not flatten all the rest.
double highest(std::vector<column> const& columns, row const& of) {
  double most = 0;
  for (auto const& each : columns) {
    for (auto const& drawn : of.lines) {
      std::vector<double> values;
      for (auto const& p : each.of.*drawn.points) values.push_back(p.value);
      if (values.empty()) continue;
      auto const at = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * 99 / 100);
      std::nth_element(values.begin(), at, values.end());
      most = std::max(most, *at);
    }
  }
  return most * 1.08;
}

struct panel {
  double x;
  double y;
  double seconds;
  double most;

  [[nodiscard]] double across(double time) const { return x + panel_width * std::min(time / seconds, 1.0); }
  [[nodiscard]] double up(double value) const { return y + panel_height * (1 - std::clamp(value / most, 0.0, 1.0)); }
};

/// At most the lowest and the highest point of each pixel: the eye sees no more.
series thinned(series const& points, panel const& in) {
  series kept;
  for (std::size_t i = 0; i < points.size();) {
    auto const pixel = std::floor(in.across(points[i].time));
    auto low = i;
    auto high = i;
    for (; i < points.size() && std::floor(in.across(points[i].time)) == pixel; ++i) {
      if (points[i].value < points[low].value) low = i;
      if (points[i].value > points[high].value) high = i;
    }
    kept.push_back(points[std::min(low, high)]);
    if (low != high) kept.push_back(points[std::max(low, high)]);
  }
  return kept;
}

void text(std::ostream& out, double x, double y, std::string const& what, char const* anchor, int size) {
  out << "<text x=\"" << x << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\" font-size=\"" << size << "\">"
      << what << "</text>\n";
}

std::string number(double value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

void frame(std::ostream& out, panel const& in, bool first, bool last) {
  auto const step = round_step(in.most);
  for (double value = 0; value <= in.most; value += step) {
    out << "<line x1=\"" << in.x << "\" x2=\"" << in.x + panel_width << "\" y1=\"" << in.up(value) << "\" y2=\""
        << in.up(value) << "\" stroke=\"#e4e4e4\"/>\n";
    if (first) text(out, in.x - 6, in.up(value) + 4, number(value), "end", 11);
  }
  auto const second = round_step(in.seconds);
  for (double time = 0; time <= in.seconds; time += second) {
    out << "<line x1=\"" << in.across(time) << "\" x2=\"" << in.across(time) << "\" y1=\"" << in.y << "\" y2=\""
        << in.y + panel_height << "\" stroke=\"#f0f0f0\"/>\n";
    if (last) text(out, in.across(time), in.y + panel_height + 15, number(time), "middle", 11);
  }
  out << "<rect x=\"" << in.x << "\" y=\"" << in.y << "\" width=\"" << panel_width << "\" height=\"" << panel_height
      << "\" fill=\"none\" stroke=\"#888\"/>\n";
}

void polyline(std::ostream& out, panel const& in, series const& points, line const& drawn, std::string const& whose) {
  out << "<polyline id=\"" << whose << '_' << drawn.name << "\" fill=\"none\" stroke=\"" << drawn.colour
      << "\" stroke-width=\"1.2\" points=\"";
  point before{-1, 0};
  for (auto const& p : thinned(points, in)) {
    if (drawn.steps && before.time >= 0) out << in.across(p.time) << ',' << in.up(before.value) << ' ';
    out << in.across(p.time) << ',' << in.up(p.value) << ' ';
    before = p;
  }
  out << "\"/>\n";
}

void dots(std::ostream& out, panel const& in, series const& losses) {
  auto last = -1.0;
  for (auto const& lost : losses) {
    auto const x = std::floor(in.across(lost.time));
    if (x == last) continue;
    last = x;
    out << "<path d=\"M" << x << ' ' << in.y + 3 << "v5\" stroke=\"black\"/>\n";
  }
}

}  // namespace

std::string draw(std::string const& caption, std::vector<column> const& columns, path const& over) {
  std::ostringstream out;
  out.precision(5);
  auto const width = left + static_cast<double>(columns.size()) * (panel_width + gap_x) + 10;
  auto const height = top + static_cast<double>(rows().size()) * (panel_height + gap_y) + 20;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << width << ' ' << height << "\" width=\"" << width
      << "\" height=\"" << height
      << "\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  text(out, left, 24, caption, "start", 16);
  for (std::size_t r = 0; r < rows().size(); ++r) {
    auto const& drawn = rows()[r];
    auto const y = top + static_cast<double>(r) * (panel_height + gap_y);
    text(out, left, y - 6, drawn.title + std::string{drawn.dots ? " (red: window, blue: flight, ticks: losses)" : ""},
         "start", 12);
    auto const most = highest(columns, drawn);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      auto const& each = columns[c];
      panel const in{left + static_cast<double>(c) * (panel_width + gap_x), y, over.seconds, most};
      if (r == 0) text(out, in.x + panel_width / 2, 44, each.title, "middle", 14);
      frame(out, in, c == 0, r + 1 == rows().size());
      for (auto const& one : drawn.lines) polyline(out, in, each.of.*one.points, one, each.title);
      if (drawn.dots) dots(out, in, each.of.losses);
    }
  }
  text(out, left + panel_width / 2, height - 12, "seconds", "middle", 11);
  out << "</svg>\n";
  return out.str();
}

}  // namespace plots
