// SPDX-License-Identifier: BSL-1.0
/// \file
/// What travels beside a datagram between us and the kernel: its ECN mark, our own address, how a train is cut.
#pragma once

#include <quoin/core/types.hpp>
#include <quoin/io/detail/kernel_address.hpp>

#include <netinet/udp.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

namespace quoin::detail {

/// Ancillary data for one send.
class outgoing_control {
 public:
  void add_mark(ecn mark, bool to_v4) noexcept {
    int const value = static_cast<int>(mark);
    if (to_v4)
      add(IPPROTO_IP, IP_TOS, value);
    else
      add(IPPROTO_IPV6, IPV6_TCLASS, value);
  }

  /// The address to send from.
  void add_source(socket_address const& local) noexcept {
    if (local.family == address_family::v4) {
      in_pktinfo info{};
      info.ipi_spec_dst = v4_of(local);
      add(IPPROTO_IP, IP_PKTINFO, info);
    } else if (local.family == address_family::v6) {
      in6_pktinfo info{};
      info.ipi6_addr = v6_of(local);
      info.ipi6_ifindex = local.scope;
      add(IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
  }

  /// Has the kernel, or the network card, cut the bytes into datagrams of this size.
  void add_segment_size(std::size_t size) noexcept { add(SOL_UDP, UDP_SEGMENT, static_cast<std::uint16_t>(size)); }

  void attach_to(msghdr& message) noexcept {
    message.msg_control = size_ == 0 ? nullptr : bytes_;
    message.msg_controllen = size_;
  }

 private:
  template <class T>
  void add(int level, int type, T const& value) noexcept {
    cmsghdr header{};
    header.cmsg_level = level;
    header.cmsg_type = type;
    header.cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(bytes_ + size_, &header, sizeof header);
    std::memcpy(bytes_ + size_ + CMSG_LEN(0), &value, sizeof value);
    size_ += CMSG_SPACE(sizeof value);
  }

  alignas(cmsghdr) unsigned char bytes_[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(in6_pktinfo)) +
                                        CMSG_SPACE(sizeof(std::uint16_t))] = {};
  std::size_t size_ = 0;
};

/// Room for everything that the kernel may say about one arrival: a dual-stack socket tells the local address twice.
inline constexpr std::size_t incoming_control_size =
    CMSG_SPACE(sizeof(in_pktinfo)) + CMSG_SPACE(sizeof(in6_pktinfo)) + 3 * CMSG_SPACE(sizeof(int));

struct incoming_control {
  socket_address local;  ///< without a port; of no family when not told
  ecn mark = ecn::not_ect;
  std::size_t segment_size = 0;  ///< 0: not told, or one datagram
};

/// A value of a control message; nothing is read beyond what the message holds.
template <class T>
T control_value(cmsghdr const& header, unsigned char const* data) noexcept {
  T value{};
  if (header.cmsg_len > CMSG_LEN(0)) std::memcpy(&value, data, std::min(sizeof value, header.cmsg_len - CMSG_LEN(0)));
  return value;
}

inline incoming_control read_control(msghdr& message) noexcept {
  incoming_control control;
  for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    auto const* data = CMSG_DATA(each);
    if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TOS)
      control.mark = static_cast<ecn>(control_value<std::uint8_t>(*each, data) & 3);
    else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_TCLASS)
      control.mark = static_cast<ecn>(control_value<int>(*each, data) & 3);
    else if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO)
      control.local = address_of(control_value<in_pktinfo>(*each, data).ipi_spec_dst, 0);
    else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO && !control.local.known()) {
      auto const info = control_value<in6_pktinfo>(*each, data);
      control.local = address_of(info.ipi6_addr, 0, static_cast<std::uint32_t>(info.ipi6_ifindex));
    } else if (each->cmsg_level == SOL_UDP && each->cmsg_type == UDP_GRO) {
      auto const size = control_value<int>(*each, data);
      control.segment_size = size > 0 ? static_cast<std::size_t>(size) : 0;
    }
  }
  return control;
}

}  // namespace quoin::detail
