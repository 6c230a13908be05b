// SPDX-License-Identifier: BSL-1.0
#include "date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tool::site {
namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A date that is read part by part; once a part is wrong, all is.
class reader {
 public:
  explicit reader(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (auto const c : part(digits)) {
      if (c < '0' || c > '9') good_ = false;
      value = value * 10 + (c - '0');
    }
    return value;
  }
  /// A number that a space may stand for the first digit of, as asctime writes days.
  int padded_number() {
    if (!rest_.starts_with(' ')) return number(2);
    expect(" ");
    return number(1);
  }
  unsigned month() {
    auto const at = std::find(months.begin(), months.end(), part(3));
    if (at == months.end()) good_ = false;
    return static_cast<unsigned>(at - months.begin()) + 1;
  }
  std::chrono::seconds time_of_day() {
    int const hour = number(2);
    expect(":");
    int const minute = number(2);
    expect(":");
    int const second = number(2);
    if (hour > 23 || minute > 59 || second > 60) good_ = false;
    return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  }
  void expect(std::string_view text) {
    if (part(text.size()) != text) good_ = false;
  }
  [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }

 private:
  std::string_view part(std::size_t size) {
    if (rest_.size() < size) {
      good_ = false;
      return {};
    }
    auto const taken = rest_.substr(0, size);
    rest_ = rest_.substr(size);
    return taken;
  }

  std::string_view rest_;
  bool good_ = true;
};

struct date_parts {
  int year = 0;
  unsigned month = 0;
  int day = 0;
  std::chrono::seconds time{};
};

std::optional<sys_seconds> as_time(date_parts const& read) {
  std::chrono::year_month_day const date{std::chrono::year{read.year}, std::chrono::month{read.month},
                                         std::chrono::day{static_cast<unsigned>(read.day)}};
  if (!date.ok()) return std::nullopt;
  return sys_seconds{std::chrono::sys_days{date}.time_since_epoch() + read.time};
}

/// "06 Nov 1994 08:49:37 GMT", what follows the day of the week in today's form.
bool read_fixed(std::string_view text, date_parts& out) {
  reader in{text};
  out.day = in.number(2);
  in.expect(" ");
  out.month = in.month();
  in.expect(" ");
  out.year = in.number(4);
  in.expect(" ");
  out.time = in.time_of_day();
  in.expect(" GMT");
  return in.finished();
}

/// "06-Nov-94 08:49:37 GMT", as RFC 850 had it.
bool read_rfc850(std::string_view text, sys_seconds now, date_parts& out) {
  reader in{text};
  out.day = in.number(2);
  in.expect("-");
  out.month = in.month();
  in.expect("-");
  out.year = in.number(2);
  in.expect(" ");
  out.time = in.time_of_day();
  in.expect(" GMT");
  std::chrono::year_month_day const today{std::chrono::floor<std::chrono::days>(now)};
  int const this_year = static_cast<int>(today.year());
  out.year += this_year / 100 * 100;
  if (out.year > this_year + 50) out.year -= 100;
  return in.finished();
}

/// "Nov  6 08:49:37 1994", as C's asctime writes it.
bool read_asctime(std::string_view text, date_parts& out) {
  reader in{text};
  out.month = in.month();
  in.expect(" ");
  out.day = in.padded_number();
  in.expect(" ");
  out.time = in.time_of_day();
  in.expect(" ");
  out.year = in.number(4);
  return in.finished();
}

}  // namespace

std::string http_date(sys_seconds at) {
  auto const day = std::chrono::floor<std::chrono::days>(at);
  std::chrono::year_month_day const date{day};
  std::chrono::hh_mm_ss const time{at - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                days[std::chrono::weekday{day}.c_encoding()].data(), static_cast<unsigned>(date.day()),
                months[static_cast<unsigned>(date.month()) - 1].data(), static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

std::optional<sys_seconds> parsed_date(std::string_view text, sys_seconds now) {
  date_parts read;
  auto const comma = text.find(", ");
  bool known = false;
  if (comma == 3)
    known = read_fixed(text.substr(comma + 2), read);
  else if (comma != std::string_view::npos)
    known = read_rfc850(text.substr(comma + 2), now, read);
  else if (text.size() > 4)
    known = read_asctime(text.substr(4), read);
  return known ? as_time(read) : std::nullopt;
}

}  // namespace tool::site
