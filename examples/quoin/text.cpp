// SPDX-License-Identifier: BSL-1.0
#include "text.hpp"

#include <array>
#include <cstdio>

namespace tool {
namespace {

std::string formatted(char const* format, double value, char const* unit) {
  std::array<char, 64> line{};
  std::snprintf(line.data(), line.size(), format, value, unit);
  return line.data();
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto const comma = text.find(',');
    if (auto const part = text.substr(0, comma); !part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

std::string readable_bytes(double bytes) {
  static constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return formatted(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}

std::string readable_seconds(double seconds) {
  if (seconds < 0.001) return formatted("%.0f %s", seconds * 1e6, "us");
  if (seconds < 1) return formatted("%.1f %s", seconds * 1e3, "ms");
  return formatted("%.2f %s", seconds, "s");
}

std::string uri_host(std::string_view host) {
  if (host.find(':') == std::string_view::npos) return std::string{host};
  return std::string{"["}.append(host).append("]");
}

std::string https_authority(std::string_view host, std::uint16_t port) {
  return port == 443 ? uri_host(host) : uri_host(host).append(":").append(std::to_string(port));
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace tool
