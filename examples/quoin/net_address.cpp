// SPDX-License-Identifier: BSL-1.0
#include "net_address.hpp"

#include "failure.hpp"
#include "text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

namespace tool {
namespace {

using quoin::address_family;
using quoin::socket_address;

struct release {
  void operator()(addrinfo* list) const noexcept { freeaddrinfo(list); }
};

socket_address from_system(sockaddr const* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    socket_address out;
    std::memcpy(out.ip.data(), &v4.sin_addr, 4);
    out.port = ntohs(v4.sin_port);
    out.family = address_family::v4;
    return out;
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof v6);
  socket_address out;
  std::memcpy(out.ip.data(), &v6.sin6_addr, 16);
  out.port = ntohs(v6.sin6_port);
  out.scope = v6.sin6_scope_id;
  out.family = address_family::v6;
  return out;
}

std::vector<socket_address> look_up(char const* host, std::uint16_t port, int flags, int& error) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  error = getaddrinfo(host, std::to_string(port).c_str(), &hints, &raw);
  std::unique_ptr<addrinfo, release> const list{error == 0 ? raw : nullptr};
  std::vector<socket_address> found;
  for (auto const* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    auto const address = from_system(entry->ai_addr);
    if (std::find(found.begin(), found.end(), address) == found.end()) found.push_back(address);
  }
  return found;
}

}  // namespace

std::vector<socket_address> resolve(std::string const& host, std::uint16_t port) {
  int error = 0;
  auto found = look_up(host.c_str(), port, 0, error);
  if (found.empty())
    throw failure("cannot find the host '" + host + "': " + (error != 0 ? gai_strerror(error) : "it has no IP address"),
                  exit_code::unresolved);
  return found;
}

socket_address parse_listen_address(std::string_view text) {
  auto const refuse = [&](char const* why) {
    throw failure("bad address '" + std::string{text} + "': " + why + " (write ADDR:PORT, [ADDR]:PORT or :PORT)",
                  exit_code::usage);
  };
  auto const colon = text.rfind(':');
  if (colon == std::string_view::npos) refuse("it has no port");
  auto host = std::string{text.substr(0, colon)};
  auto const digits = text.substr(colon + 1);
  unsigned port = 0;
  auto const [end, bad] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (bad != std::errc{} || end != digits.data() + digits.size() || port > 65535) refuse("its port is not 0 to 65535");
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string::npos)
    refuse("an IPv6 address goes into brackets");
  if (host.empty()) host = "::";
  int error = 0;
  auto const found = look_up(host.c_str(), static_cast<std::uint16_t>(port), AI_PASSIVE, error);
  if (found.empty()) throw failure("cannot listen on '" + std::string{text} + "': " + gai_strerror(error));
  return found.front();
}

std::string host_of(socket_address const& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.family == address_family::v4 ? AF_INET : AF_INET6, address.ip.data(), text.data(), text.size());
  return text.data();
}

std::string shown(socket_address const& address) {
  return uri_host(host_of(address)).append(":").append(std::to_string(address.port));
}

socket_address any_address_like(socket_address const& remote) {
  socket_address any;
  any.family = remote.family;
  return any;
}

}  // namespace tool
