// SPDX-License-Identifier: BSL-1.0
#include "permit.hpp"

#include "../failure.hpp"

#include <quoin/http3/connect_udp/target.hpp>
#include <quoin/io/detail/kernel_address.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

#include <ifaddrs.h>

namespace tool::relay {
namespace {

unsigned most_bits(quoin::address_family family) {
  return family == quoin::address_family::v4 ? 32 : 128;
}

network alone(quoin::socket_address const& address) {
  return {address.ip, most_bits(address.family), address.family};
}

/// What is in none of the interfaces' addresses may still lead here, by a translation somewhere else; who has that
/// knows the networks to name.
std::vector<network> addresses_of_this_machine() {
  ifaddrs* raw = nullptr;
  if (::getifaddrs(&raw) != 0) throw failure("cannot list this machine's addresses: " + reason_of(errno));
  std::unique_ptr<ifaddrs, decltype([](ifaddrs* list) { ::freeifaddrs(list); })> const list{raw};
  std::vector<network> found;
  for (auto const* each = list.get(); each != nullptr; each = each->ifa_next)
    if (auto const address = quoin::detail::from_kernel(each->ifa_addr, sizeof(sockaddr_in6)); address.known())
      found.push_back(alone(address));
  return found;
}

bool any_contains(std::vector<network> const& networks, quoin::socket_address const& address) {
  return std::any_of(networks.begin(), networks.end(), [&](network const& one) { return one.contains(address); });
}

}  // namespace

network parse_network(std::string const& text) {
  auto const refuse = [&](char const* why) {
    throw failure("bad network '" + text + "': " + why + " (write public, ADDRESS or ADDRESS/BITS)", exit_code::usage);
  };
  auto const slash = text.find('/');
  auto const address = quoin::http3::connect_udp::make_target(text.substr(0, slash), 1);
  if (!address || !address->address.known()) refuse("it does not begin with an address");
  auto made = alone(address->address);
  if (slash == std::string::npos) return made;
  auto const* const last = text.data() + text.size();
  auto const [end, error] = std::from_chars(text.data() + slash + 1, last, made.bits);
  if (error != std::errc{} || end != last || made.bits > most_bits(made.family))
    refuse("behind the '/' is no number of bits that it has");
  return made;
}

permit::permit(std::vector<std::string> const& names) {
  for (auto const& name : names) {
    if (name == "public")
      all_public_ = true;
    else
      networks_.push_back(parse_network(name));
  }
  if (all_public_) own_ = addresses_of_this_machine();
}

bool permit::allows(quoin::socket_address const& address) const {
  if (any_contains(networks_, address)) return true;
  return all_public_ && quoin::http3::connect_udp::is_public(address) && !any_contains(own_, address);
}

}  // namespace tool::relay
