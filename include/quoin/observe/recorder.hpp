// SPDX-License-Identifier: BSL-1.0
/// \file
/// Keeps a compact text trace of a connection, for tests: two runs went the same way when their traces are equal.
#pragma once

#include <quoin/observe/event_text.hpp>
#include <quoin/policy/observer.hpp>

#include <memory>
#include <string>
#include <utility>

namespace quoin {

/// Writes one line an event: the time in milliseconds, what happened, its numbers. Payloads appear as a size and a
/// digest. Copies write to the same text, so that a test can read it after the connection is gone. The text grows with
/// the connection; this is not for production, where `qlog_observer` is.
class recorder {
 public:
  static constexpr bool enabled = true;

  recorder() : recorder(std::make_shared<std::string>()) {}
  /// Appends to `text`, which several recorders may share to see their order; each line begins with `name` then.
  explicit recorder(std::shared_ptr<std::string> text, std::string name = {})
      : text_(std::move(text)), prefix_(std::move(name)) {
    if (!prefix_.empty()) prefix_ += ' ';
  }

  template <class Event>
  void on(Event const& event) {
    *text_ += prefix_;
    append_line(*text_, event);
  }

  [[nodiscard]] std::string const& text() const noexcept { return *text_; }

 private:
  std::shared_ptr<std::string> text_;
  std::string prefix_;
};

static_assert(connection_observer<recorder>);

}  // namespace quoin
