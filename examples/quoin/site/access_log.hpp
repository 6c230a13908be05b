// SPDX-License-Identifier: BSL-1.0
/// \file
/// Who asked for what, a line each, in the combined format that log readers know.
#pragma once

#include "date.hpp"

#include "../descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>

namespace tool::site {

struct log_entry {
  std::string client;  ///< its address
  sys_seconds date;
  std::string request;  ///< "GET /path HTTP/3"
  unsigned status = 0;
  std::uint64_t bytes = 0;  ///< of content
  std::string referer;
  std::string user_agent;
};

/// One line of the combined format, with its end. What could be taken for a quote or another line is escaped.
std::string combined_line(log_entry const& of);

/// Lines are kept until `flush`, or until there are many. Several threads may use it.
class access_log {
 public:
  /// Appends to `file`; "-" is standard output. Throws `failure`.
  explicit access_log(std::filesystem::path file);
  ~access_log() { flush(); }
  access_log(access_log const&) = delete;
  access_log& operator=(access_log const&) = delete;

  void add(log_entry const& of);
  void flush();
  /// Opens the file again, which somebody has moved away. Throws `failure`, and goes on with what it had.
  void reopen();

 private:
  void write_kept();

  std::filesystem::path path_;
  std::mutex mutex_;
  descriptor owned_;
  std::string kept_;
};

}  // namespace tool::site
