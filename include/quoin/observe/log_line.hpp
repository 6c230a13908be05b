// SPDX-License-Identifier: BSL-1.0
/// \file
/// What a log says of each event, and how loud.
#pragma once

#include <quoin/observe/event_text.hpp>

namespace quoin {

/// How much an event matters to who reads a log.
enum class log_level : std::uint8_t {
  trace,    ///< each packet, each change of a number
  debug,    ///< what is out of the ordinary or seldom: losses, keys, and all that strangers can cause
  info,     ///< connections that ended as they should
  warning,  ///< and those that did not
};

constexpr std::string_view name_of(log_level level) noexcept {
  constexpr std::string_view names[]{"trace", "debug", "info", "warning"};
  return names[index_of(level) & 3];
}

/// The level of every event of a type; of a connection's end, the highest.
template <class Event>
inline constexpr log_level highest_level_of = log_level::debug;
template <>
inline constexpr log_level highest_level_of<event::packet_sent> = log_level::trace;
template <>
inline constexpr log_level highest_level_of<event::packet_received> = log_level::trace;
template <>
inline constexpr log_level highest_level_of<event::metrics_updated> = log_level::trace;
template <>
inline constexpr log_level highest_level_of<event::connection_closed> = log_level::warning;

template <class Event>
constexpr log_level level_of(Event const&) noexcept {
  return highest_level_of<Event>;
}

/// An end with the application's code, or with NO_ERROR, or by idleness, is as it should be.
constexpr log_level level_of(event::connection_closed const& e) noexcept {
  bool const agreed = e.origin == event::close_origin::idle_timeout ||
                      ((e.origin == event::close_origin::local || e.origin == event::close_origin::peer) &&
                       (e.application || e.code == static_cast<std::uint64_t>(error_code::no_error)));
  return agreed ? log_level::info : log_level::warning;
}

/// Appends what happened, as the recorder writes it but without an end of line.
template <class Event>
void append_log_line(std::string& text, Event const& e) {
  append_line(text, e);
  text.pop_back();
}

/// The end in words. A peer's reason may hold anything, so what is no printable ASCII is not passed on.
inline void append_log_line(std::string& text, event::connection_closed const& e) {
  auto const plain = [](char c) { return c >= ' ' && c <= '~' ? c : '?'; };
  text += "closed by ";
  text += name_of(e.origin);
  if (e.origin == event::close_origin::local || e.origin == event::close_origin::peer) {
    text += e.application ? ": application error " : ": ";
    if (e.application)
      text += std::to_string(e.code);
    else
      text += name_of(static_cast<error_code>(e.code));
    if (!e.application && e.frame_type != 0) text += " in frame type " + std::to_string(e.frame_type);
  }
  if (e.reason.empty()) return;
  text += ": ";
  for (auto const c : e.reason) text += plain(c);
}

}  // namespace quoin
