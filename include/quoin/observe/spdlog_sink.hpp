// SPDX-License-Identifier: BSL-1.0
/// \file
/// spdlog as the sink of a `log_observer`. Needs spdlog: link `quoin::spdlog`.
#pragma once

#include <quoin/observe/log_observer.hpp>

#include <spdlog/logger.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace quoin {

/// Writes to a logger that the program has made; the default one unless given. The logger's level decides what is
/// logged, as always with spdlog, and it keeps what its own sinks throw.
class spdlog_sink {
 public:
  spdlog_sink() : spdlog_sink(spdlog::default_logger()) {}
  explicit spdlog_sink(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {
    QUOIN_ASSERT(logger_ != nullptr);
  }

  [[nodiscard]] bool wants(log_level level) const noexcept { return logger_->should_log(theirs(level)); }
  void write(log_level level, std::string_view line) noexcept {
    logger_->log(theirs(level), spdlog::string_view_t{line.data(), line.size()});
  }

 private:
  static spdlog::level::level_enum theirs(log_level level) noexcept {
    switch (level) {
      case log_level::trace: return spdlog::level::trace;
      case log_level::debug: return spdlog::level::debug;
      case log_level::info: return spdlog::level::info;
      case log_level::warning: break;
    }
    return spdlog::level::warn;
  }

  std::shared_ptr<spdlog::logger> logger_;
};

static_assert(log_sink<spdlog_sink>);

}  // namespace quoin
