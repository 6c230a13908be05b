// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/udp.hpp>

#include <conformance/io.hpp>

#include <deque>

namespace {

using namespace std::chrono_literals;
using quoin::send_status;
using quoin::socket_address;
using quoin::conformance::numbered;
using quoin::conformance::receive_datagrams;
using quoin::conformance::train;

/// A kernel that receives for real, with errors before and changes after.
struct scripted_calls : quoin::system_calls {
  static inline std::deque<int> errors;
  static inline int error_for_ever = 0;
  static inline void (*spoil)(mmsghdr&) = nullptr;
  static inline int receives = 0;
  static inline int poll_error = 0;

  static void reset() {
    errors.clear();
    error_for_ever = 0;
    spoil = nullptr;
    receives = 0;
    poll_error = 0;
  }
  static int recvmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
    ++receives;
    errno = error_for_ever;
    if (!errors.empty()) {
      errno = errors.front();
      errors.pop_front();
    }
    if (errno != 0) return -1;
    int const got = system_calls::recvmmsg(fd, messages, count, flags);
    if (spoil != nullptr)
      for (int i = 0; i < got; ++i) spoil(messages[i]);
    return got;
  }
  static int ppoll(pollfd* fds, nfds_t count, timespec const* timeout) noexcept {
    errno = poll_error;
    return poll_error != 0 ? -1 : system_calls::ppoll(fds, count, timeout);
  }
};

struct sockets {
  sockets() : a(settings()), b(settings()) { scripted_calls::reset(); }
  static quoin::udp_config settings() {
    quoin::udp_config all;
    all.bind = socket_address::v4(127, 0, 0, 1, 0);
    return all;
  }
  void send(quoin::byte_view bytes, std::size_t segment) {
    REQUIRE(a.send({{a.local_address(), b.local_address()}, bytes, segment, quoin::ecn::ce}) == send_status::sent);
    b.wait(1s);
  }
  quoin::udp a;
  quoin::basic_udp<scripted_calls> b;
};

/// Changes a control message of one type to one that nobody knows.
void forget(mmsghdr& message, int level, int type) {
  for (auto* each = CMSG_FIRSTHDR(&message.msg_hdr); each != nullptr; each = CMSG_NXTHDR(&message.msg_hdr, each))
    if (each->cmsg_level == level && each->cmsg_type == type) each->cmsg_type = 9999;
}

}  // namespace

TEST_CASE("errors of earlier sends are consumed on the way to what has arrived", "[io]") {
  sockets all;
  all.send(numbered(30, 1), 30);
  scripted_calls::errors = {ECONNREFUSED, EINTR, EHOSTUNREACH, ENETUNREACH, EMSGSIZE, ECONNRESET};
  auto const arrived = all.b.receive();
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].bytes.size() == 30);
  CHECK(scripted_calls::receives == 7);
}

TEST_CASE("an error without end does not hold us", "[io]") {
  for (int const error : {ECONNREFUSED, EINTR, EBADF, ENOMEM, EAGAIN}) {
    sockets all;
    scripted_calls::error_for_ever = error;
    CHECK(all.b.receive().empty());
    CHECK(scripted_calls::receives <= 64);
  }
}

TEST_CASE("a socket that cannot be read ends no wait until it can be, and says why", "[io]") {
  for (int const error : {ENOMEM, EIO, ECONNREFUSED}) {
    sockets all;
    auto const readable = [&] {
      pollfd polled{all.b.native_handle(), POLLIN, 0};
      return ::poll(&polled, 1, 0) == 1;
    };
    CHECK_FALSE(all.b.receive_error());
    all.send(numbered(30, 1), 30);
    scripted_calls::error_for_ever = error;
    REQUIRE(readable());
    CHECK(all.b.receive().empty());
    CHECK(all.b.receive_error() == std::error_code{error, std::system_category()});
    CHECK_FALSE(readable());
    CHECK(all.b.receive().empty());
    CHECK_FALSE(readable());
    all.b.wait(quoin::duration::max());  // though nothing can end it

    scripted_calls::error_for_ever = 0;
    auto const arrived = all.b.receive();
    REQUIRE(arrived.size() == 1);
    CHECK(arrived[0].bytes.size() == 30);
    CHECK_FALSE(all.b.receive_error());
    all.send(numbered(31, 1), 31);
    CHECK(readable());
    CHECK(all.b.receive().size() == 1);
    CHECK(all.b.receive().empty());
    CHECK_FALSE(all.b.receive_error());  // that there is nothing is none
  }
}

TEST_CASE("of several sockets, one that cannot be read is named and the others are heard", "[io]") {
  sockets all;
  auto const second = all.b.open_local(socket_address::v4(127, 0, 0, 1, 0));
  scripted_calls::errors = {EIO};
  REQUIRE(all.a.send({{all.a.local_address(), second}, numbered(30, 1), 30, quoin::ecn::not_ect}) == send_status::sent);
  std::size_t arrived = 0;
  for (int tries = 0; tries < 4 && arrived == 0; ++tries) {
    arrived += all.b.receive().size();
    if (tries == 0) CHECK(all.b.receive_error().value() == EIO);
  }
  CHECK(arrived == 1);
  CHECK(all.b.receive().empty());
  CHECK_FALSE(all.b.receive_error());
}

TEST_CASE("a train whose segment size is zero is one datagram", "[io][cve_class_segment_size_zero]") {
  sockets all;
  if (!all.b.receive_offload()) SKIP("the kernel has no UDP_GRO");
  scripted_calls::spoil = [](mmsghdr& message) {
    for (auto* each = CMSG_FIRSTHDR(&message.msg_hdr); each != nullptr; each = CMSG_NXTHDR(&message.msg_hdr, each))
      if (each->cmsg_level == SOL_UDP && each->cmsg_type == UDP_GRO) std::fill_n(CMSG_DATA(each), sizeof(int), 0);
  };
  all.send(train(4, 500, 500), 500);
  auto const arrived = all.b.receive();
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].bytes.size() == 2000);
  CHECK(arrived[0].segment_size >= arrived[0].bytes.size());
}

TEST_CASE("an arrival whose cuts were lost on the way is dropped, others are not", "[io]") {
  sockets all;
  if (!all.b.receive_offload()) SKIP("the kernel has no UDP_GRO");
  scripted_calls::spoil = [](mmsghdr& message) {
    if (message.msg_len != 2000) return;
    forget(message, SOL_UDP, UDP_GRO);
    message.msg_hdr.msg_flags |= MSG_CTRUNC;
  };
  all.send(train(4, 500, 500), 500);
  CHECK(all.b.receive().empty());
  CHECK(all.b.statistics().arrivals_dropped == 1);
  CHECK(all.b.statistics().datagrams_received == 0);
  all.send(numbered(10, 1), 10);
  CHECK(all.b.receive().size() == 1);
}

TEST_CASE("an arrival cut short by the kernel is dropped", "[io]") {
  sockets all;
  scripted_calls::spoil = [](mmsghdr& message) { message.msg_hdr.msg_flags |= MSG_TRUNC; };
  all.send(numbered(10, 1), 10);
  CHECK(all.b.receive().empty());
  CHECK(all.b.statistics().arrivals_dropped == 1);
}

TEST_CASE("an arrival without a sender is dropped and leaves no hole", "[io]") {
  sockets all;
  scripted_calls::spoil = [](mmsghdr& message) {
    if (message.msg_len == 20) message.msg_hdr.msg_namelen = 0;
  };
  for (std::size_t const size : {10U, 20U, 30U}) all.send(numbered(size, 1), size);
  auto const arrived = all.b.receive();
  REQUIRE(arrived.size() == 2);
  CHECK(arrived[0].bytes.size() == 10);
  CHECK(arrived[1].bytes.size() == 30);
}

TEST_CASE("what the kernel does not tell has a safe meaning", "[io]") {
  sockets all;
  scripted_calls::spoil = [](mmsghdr& message) { message.msg_hdr.msg_controllen = 0; };
  all.send(numbered(10, 1), 10);
  auto const arrived = all.b.receive();
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].mark == quoin::ecn::not_ect);
  CHECK(arrived[0].path.local == all.b.local_address());
}

TEST_CASE("many datagrams are fetched with few calls and none is lost", "[io]") {
  sockets all;
  std::vector<std::uint8_t> expected;
  for (std::size_t i = 0; i < 50; ++i) {
    // Sizes differ, so that the kernel does not join them.
    auto const one = numbered(100 + i * 3, static_cast<std::uint8_t>(i));
    REQUIRE(all.a.send({{{}, all.b.local_address()}, one, one.size(), quoin::ecn::not_ect}) == send_status::sent);
    expected.insert(expected.end(), one.begin(), one.end());
  }
  auto const arrived = receive_datagrams(all.b, 50);
  std::vector<std::uint8_t> bytes;
  for (auto const& each : arrived) bytes.insert(bytes.end(), each.bytes.begin(), each.bytes.end());
  CHECK(bytes == expected);
  CHECK(scripted_calls::receives <= 5);
}

TEST_CASE("a socket tells whether a receive left anything behind, unless it is one of several", "[io]") {
  sockets all;
  CHECK_FALSE(all.b.drained());  // it was not asked yet
  for (std::size_t i = 0; i < 17; ++i)
    REQUIRE(all.a.send({{{}, all.b.local_address()}, numbered(100 + i, 1), 0, quoin::ecn::not_ect}) ==
            send_status::sent);
  CHECK(all.b.receive().size() == 16);
  CHECK_FALSE(all.b.drained());
  CHECK(all.b.receive().size() == 1);
  CHECK(all.b.drained());
  all.b.open_local(socket_address::v4(127, 0, 0, 1, 0));
  CHECK_FALSE(all.b.drained());
}

TEST_CASE("a wait that a signal interrupts comes back", "[io]") {
  sockets all;
  scripted_calls::poll_error = EINTR;
  all.b.wait(quoin::duration::max());
  CHECK(all.b.statistics().waits == 1);
}
