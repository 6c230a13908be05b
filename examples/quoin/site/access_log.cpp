// SPDX-License-Identifier: BSL-1.0
#include "access_log.hpp"

#include "../failure.hpp"

#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>

namespace tool::site {
namespace {

constexpr std::size_t many = 32 * 1024;

/// Nothing a client sends ends a line or a quoted part of one.
void put_quoted(std::string& out, std::string_view text) {
  out += " \"";
  for (auto const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      out += c;
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02X", byte);
    out += escape.data();
  }
  out += text.empty() ? "-\"" : "\"";
}

/// "[06/Nov/1994:08:49:37 +0000]", from "Sun, 06 Nov 1994 08:49:37 GMT".
std::string log_date(sys_seconds at) {
  auto const text = http_date(at);
  std::array<char, 32> date{};
  std::snprintf(date.data(), date.size(), "[%.2s/%.3s/%.4s:%.8s +0000]", &text[5], &text[8], &text[12], &text[17]);
  return date.data();
}

descriptor opened(std::filesystem::path const& file) {
  descriptor to{file == "-" ? ::dup(STDOUT_FILENO)
                            : ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644)};
  if (!to.valid()) throw failure("cannot write the access log '" + file.string() + "': " + reason_of(errno));
  return to;
}

}  // namespace

std::string combined_line(log_entry const& of) {
  auto line = of.client + " - - " + log_date(of.date);
  put_quoted(line, of.request);
  line.append(1, ' ').append(std::to_string(of.status)).append(1, ' ').append(std::to_string(of.bytes));
  put_quoted(line, of.referer);
  put_quoted(line, of.user_agent);
  return line += '\n';
}

access_log::access_log(std::filesystem::path file) : path_(std::move(file)), owned_(opened(path_)) {}

void access_log::add(log_entry const& of) {
  std::scoped_lock const lock{mutex_};
  kept_ += combined_line(of);
  if (kept_.size() >= many) write_kept();
}

void access_log::flush() {
  std::scoped_lock const lock{mutex_};
  if (!kept_.empty()) write_kept();
}

void access_log::reopen() {
  auto again = opened(path_);
  std::scoped_lock const lock{mutex_};
  if (!kept_.empty()) write_kept();
  owned_ = std::move(again);
}

/// A full disk is no reason to stop serving: such lines are lost.
void access_log::write_kept() {
  std::string_view rest = kept_;
  while (!rest.empty()) {
    auto const done = ::write(owned_.get(), rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(done));
  }
  kept_.clear();
}

}  // namespace tool::site
