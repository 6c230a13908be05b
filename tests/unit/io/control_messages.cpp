// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/detail/control_messages.hpp>

#include <catch2/catch_test_macros.hpp>

using quoin::ecn;
using quoin::socket_address;
using quoin::detail::incoming_control;
using quoin::detail::outgoing_control;
using quoin::detail::read_control;

namespace {

incoming_control read_back(outgoing_control control) {
  msghdr message{};
  control.attach_to(message);
  return read_control(message);
}

/// One message, of `size` bytes that are all `fill`.
incoming_control read_one(int level, int type, std::size_t size, unsigned char fill) {
  alignas(cmsghdr) unsigned char bytes[128] = {};
  msghdr message{};
  message.msg_control = bytes;
  message.msg_controllen = CMSG_SPACE(size);
  auto* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(size);
  std::fill_n(CMSG_DATA(header), size, fill);
  return read_control(message);
}

}  // namespace

TEST_CASE("what is told to the kernel is read the same from it", "[io]") {
  for (bool const v4 : {true, false})
    for (auto const mark : {ecn::not_ect, ecn::ect0, ecn::ect1, ecn::ce}) {
      outgoing_control control;
      control.add_mark(mark, v4);
      CHECK(read_back(control).mark == mark);
    }

  auto const v4 = socket_address::v4(127, 0, 0, 3, 0);
  outgoing_control from_v4;
  from_v4.add_source(v4);
  CHECK(read_back(from_v4).local == v4);

  auto const v6 = socket_address::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 0, 4);
  outgoing_control all;
  all.add_mark(ecn::ce, false);
  all.add_source(v6);
  all.add_segment_size(1200);
  auto const read = read_back(all);
  CHECK(read.mark == ecn::ce);
  CHECK(read.local == v6);
}

TEST_CASE("without control messages nothing is known", "[io]") {
  auto const read = read_back({});
  CHECK(read.mark == ecn::not_ect);
  CHECK_FALSE(read.local.known());
  CHECK(read.segment_size == 0);
}

TEST_CASE("a segment size of zero or less is none", "[io]") {
  CHECK(read_one(SOL_UDP, UDP_GRO, sizeof(int), 0).segment_size == 0);
  CHECK(read_one(SOL_UDP, UDP_GRO, sizeof(int), 0xff).segment_size == 0);
}

TEST_CASE("control messages cut short are not read beyond their end", "[io]") {
  for (std::size_t size = 0; size < 20; ++size) {
    static_cast<void>(read_one(IPPROTO_IP, IP_TOS, size, 1));
    static_cast<void>(read_one(IPPROTO_IPV6, IPV6_TCLASS, size, 1));
    static_cast<void>(read_one(IPPROTO_IP, IP_PKTINFO, size, 1));
    static_cast<void>(read_one(IPPROTO_IPV6, IPV6_PKTINFO, size, 1));
    static_cast<void>(read_one(SOL_UDP, UDP_GRO, size, 1));
  }
  CHECK(read_one(SOL_UDP, UDP_GRO, 1, 7).segment_size == 7);
  CHECK(read_one(IPPROTO_IP, IP_TOS, 1, 3).mark == ecn::ce);
  CHECK(read_one(12345, 1, 8, 0xff).mark == ecn::not_ect);
}
