// SPDX-License-Identifier: BSL-1.0
/// \file
/// INV-01 to INV-04, INV-48: what applications and addresses get, judged by plain values.
#pragma once

#include "world/world.hpp"

#include <map>
#include <optional>
#include <string>

namespace quoin::property {

/// What is planned for one direction of one stream, and what became of it.
struct plan {
  std::uint64_t size = 0;
  bool opened = false;
  std::optional<std::uint64_t> reset_at;  ///< the sender gives up after that many bytes written
  std::optional<std::uint64_t> promised;  ///< when it does, the receiver still gets so many
  std::optional<std::uint64_t> stop_at;   ///< the receiver gives up after that many bytes read
  bool reset = false;
  bool stopped = false;
};

/// What is wrong with what an application got on a stream; empty when nothing is.
inline std::string problem_with(scenario::incoming const& got, plan const& planned, std::uint64_t number) {
  auto const name = " on stream " + std::to_string(number);
  for (std::size_t i = 0; i < got.bytes.size(); ++i)
    if (got.bytes[i] != scenario::pattern(number, i)) return "INV-02 a wrong byte" + name;
  if (got.bytes.size() > planned.size) return "INV-03 too many bytes" + name;
  if (got.ends > 1) return "INV-04 the end comes twice" + name;
  if (got.ends == 1 && got.bytes.size() != planned.size) return "INV-04 the end comes early" + name;
  if (got.bytes_after_end > 0) return "INV-04 bytes after the end or a reset" + name;
  if (got.resets > 1) return "INV-04 a reset is told twice" + name;
  if (got.ends == 1 && got.reset) return "INV-04 a reset after the end" + name;
  if (got.reset && !planned.reset && !planned.stopped) return "INV-04 a reset that nobody asked for" + name;
  if (got.reset && planned.promised && !planned.stopped && got.bytes.size() < *planned.promised)
    return "INV-04 a reset before the bytes that were promised" + name;
  if (!planned.reset && !planned.stopped && got.ends != 1) return "INV-02 not all of it" + name;
  return {};
}

/// What is wrong with how the peer of who said `code` ended. Every copy of a close may have been lost on a bad network,
/// but for nothing else may it be missed.
inline std::string problem_with(std::optional<close_info> const& told, std::uint64_t code, bool may_be_lost) {
  bool const heard = told && told->origin == event::close_origin::peer && told->application && told->code == code;
  if (heard) return {};
  if (!may_be_lost) return "INV-48 the peer does not learn why it was closed";
  if (told && told->origin != event::close_origin::idle_timeout && told->origin != event::close_origin::stateless_reset)
    return "INV-48 the peer ends for another reason";
  return {};
}

/// RFC 9000 8.1, by the peer's addresses or what tells them apart.
template <class Address>
class address_budgets {
 public:
  void hear(Address const& who, byte_count bytes) { heard_[who] += bytes; }
  /// Says whether these bytes too may be said to an address; `proven` ones get as much as one likes.
  [[nodiscard]] bool say(Address const& who, byte_count bytes, bool proven) {
    auto& said = said_[who];
    said += bytes;
    return proven || said <= 3 * heard_[who];
  }

 private:
  std::map<Address, byte_count> heard_;
  std::map<Address, byte_count> said_;
};

}  // namespace quoin::property
