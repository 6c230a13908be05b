// SPDX-License-Identifier: BSL-1.0
/// \file
/// An observer that writes a log, into whatever logger a program has.
#pragma once

#include <quoin/observe/log_line.hpp>
#include <quoin/policy/observer.hpp>

#include <string>
#include <utility>

namespace quoin {

/// Where lines go: `wants` is asked before a line is made, `write` gets it without an end of line. Neither may throw.
/// Models: `spdlog_sink`.
template <class S>
concept log_sink = std::movable<S> && requires(S& sink, S const& asked, log_level level, std::string_view line) {
  { asked.wants(level) }
  noexcept->std::convertible_to<bool>;
  { sink.write(level, line) }
  noexcept;
};

/// Logs a connection's events of at least level `Least`; those below it cost nothing. What is left costs the question
/// whether the sink wants it, and a line where it does. Packets that nobody authenticated make no line above
/// `log_level::debug`, so a flood of them fills no log.
template <log_sink Sink, log_level Least = log_level::trace>
class log_observer {
 public:
  static constexpr bool enabled = true;

  log_observer() requires std::default_initializable<Sink>
  = default;
  /// Every line begins with `name`, which tells connections apart.
  explicit log_observer(Sink sink, std::string name = {}) : sink_(std::move(sink)), name_(std::move(name)) {
    if (!name_.empty()) name_ += ' ';
  }

  template <class Event>
  void on(Event const& event) {
    if constexpr (highest_level_of<Event> >= Least) {
      auto const level = level_of(event);
      if (level < Least || !sink_.wants(level)) return;
      line_ = name_;
      append_log_line(line_, event);
      sink_.write(level, line_);
    }
  }

  [[nodiscard]] Sink& sink() noexcept { return sink_; }

 private:
  Sink sink_;
  std::string name_;
  std::string line_;  // kept, so that a busy log allocates seldom
};

}  // namespace quoin
