// SPDX-License-Identifier: BSL-1.0
#include <quoin/io/udp.hpp>

#include <conformance/io.hpp>

#include <poll.h>

#include <deque>

namespace {

using namespace std::chrono_literals;
using quoin::ecn;
using quoin::send_status;
using quoin::socket_address;
using quoin::conformance::numbered;
using quoin::conformance::receive_datagrams;
using quoin::conformance::train;

/// A kernel that sends for real, except where the script says otherwise.
struct scripted_calls : quoin::system_calls {
  /// For each call of sendmsg or sendmmsg in turn: an error, or the most datagrams it takes; real once used up.
  struct step {
    int error = 0;
    unsigned most = ~0U;
  };
  static inline std::deque<step> script;
  static inline int refuse_trains = 0;     ///< the error that every train gets, 0: none
  static inline bool interrupted = false;  ///< every call is, for ever
  static inline int trains = 0;
  static inline int singles = 0;

  static void reset() {
    script.clear();
    refuse_trains = 0;
    interrupted = false;
    trains = singles = 0;
  }
  static step next() {
    // Whoever goes on asking gets an answer in the end, so that the test fails and does not hang.
    if (interrupted && script.empty()) return {trains + singles < 1000 ? EINTR : EBADF};
    if (script.empty()) return {};
    auto const now = script.front();
    script.pop_front();
    return now;
  }
  static ssize_t sendmsg(int fd, msghdr const* message, int flags) noexcept {
    ++trains;
    auto const now = next();
    errno = now.error != 0 ? now.error : refuse_trains;
    return errno != 0 ? -1 : system_calls::sendmsg(fd, message, flags);
  }
  static int sendmmsg(int fd, mmsghdr* messages, unsigned count, int flags) noexcept {
    ++singles;
    auto const now = next();
    errno = now.error;
    if (now.error != 0) return -1;
    return now.most == 0 ? 0 : system_calls::sendmmsg(fd, messages, std::min(count, now.most), flags);
  }
};

using scripted_udp = quoin::basic_udp<scripted_calls>;

struct sockets {
  sockets() : a(settings(true)), b(settings(true)) { scripted_calls::reset(); }
  static quoin::udp_config settings(bool segmentation) {
    quoin::udp_config all;
    all.bind = socket_address::v4(127, 0, 0, 1, 0);
    all.segmentation = segmentation;
    return all;
  }
  send_status send(quoin::byte_view bytes, std::size_t segment) {
    return a.send({{a.local_address(), b.local_address()}, bytes, segment, ecn::ect0});
  }
  /// Everything that arrives, in one piece.
  std::vector<std::uint8_t> arrived(std::size_t datagrams) {
    std::vector<std::uint8_t> all;
    for (auto const& each : receive_datagrams(b, datagrams)) {
      all.insert(all.end(), each.bytes.begin(), each.bytes.end());
      CHECK(each.mark == ecn::ect0);
    }
    return all;
  }
  scripted_udp a;
  quoin::udp b;
};

}  // namespace

TEST_CASE("where trains are refused, their datagrams go one by one and trains are not tried again", "[io]") {
  for (int const error : {EIO, EINVAL, EMSGSIZE, EOPNOTSUPP}) {
    INFO(error);
    sockets all;
    scripted_calls::refuse_trains = error;
    auto const sent = train(40, 1200, 100);
    REQUIRE(all.send(sent, 1200) == send_status::sent);
    CHECK(all.arrived(40) == sent);
    CHECK_FALSE(all.a.segmentation());
    CHECK(scripted_calls::trains == 1);
    CHECK(scripted_calls::singles == 1);
    REQUIRE(all.send(sent, 1200) == send_status::sent);
    CHECK(all.arrived(40) == sent);
    CHECK(scripted_calls::trains == 1);
    CHECK(all.a.statistics().datagrams_sent == 80);
  }
}

TEST_CASE("datagrams too large for the path do not end the use of trains", "[io]") {
  sockets all;
  scripted_calls::script = {{EINVAL}, {EMSGSIZE}};
  CHECK(all.send(train(40, 1400, 1400), 1400) == send_status::too_large);
  CHECK(scripted_calls::singles == 1);
  CHECK(all.b.receive().empty());
  CHECK(all.a.segmentation());
  auto const small = train(2, 1200, 1200);
  CHECK(all.send(small, 1200) == send_status::sent);
  CHECK(all.arrived(2) == small);
  CHECK(scripted_calls::trains == 2);
}

TEST_CASE("a shorter datagram behind one too large still goes", "[io]") {
  sockets all;
  scripted_calls::script = {{EINVAL}, {EMSGSIZE}};
  auto const sent = train(2, 1400, 10);
  CHECK(all.send(sent, 1400) == send_status::too_large);
  CHECK(all.arrived(1) == std::vector<std::uint8_t>(sent.begin() + 1400, sent.end()));
}

TEST_CASE("a full socket takes nothing and says so", "[io]") {
  sockets all;
  scripted_calls::script = {{EAGAIN}, {EAGAIN}};
  auto const sent = train(3, 1000, 1000);
  CHECK(all.send(sent, 1000) == send_status::would_block);
  CHECK(all.send(numbered(10, 1), 10) == send_status::would_block);
  CHECK(all.a.statistics().datagrams_sent == 0);
  CHECK(all.b.receive().empty());
  CHECK(all.send(sent, 1000) == send_status::sent);
  CHECK(all.arrived(3) == sent);
}

TEST_CASE("what a full queue behind the socket drops is lost, and nobody waits for the socket", "[io]") {
  for (int const error : {ENOBUFS, ENOMEM}) {
    sockets all;
    scripted_calls::script = {{error}};
    CHECK(all.send(train(3, 1000, 1000), 1000) == send_status::unreachable);
    pollfd polled{all.a.native_handle(), POLLIN, 0};
    CHECK(::poll(&polled, 1, 0) == 0);
    auto const next = train(3, 1000, 1000);
    CHECK(all.send(next, 1000) == send_status::sent);
    CHECK(all.arrived(3) == next);
    CHECK(all.b.receive().empty());
  }
}

TEST_CASE("whoever waits after a blocked send is woken when there is room", "[io]") {
  sockets all;
  scripted_calls::script = {{EAGAIN}};
  REQUIRE(all.send(numbered(10, 1), 10) == send_status::would_block);
  all.a.wait(quoin::duration::max());  // the socket has room, so this ends
  pollfd polled{all.a.native_handle(), POLLIN, 0};
  CHECK(::poll(&polled, 1, 0) == 1);
  // Once told, nobody is told again without another blocked send.
  CHECK(all.a.receive().empty());
  CHECK(::poll(&polled, 1, 0) == 0);
}

TEST_CASE("the rest of a batch that was taken in part goes first, and once", "[io]") {
  sockets all;
  scripted_calls::script = {{EIO}, {0, 5}, {EAGAIN}, {EAGAIN}};
  auto const sent = train(12, 1000, 77);
  REQUIRE(all.send(sent, 1000) == send_status::sent);
  auto const second = numbered(50, 9);
  REQUIRE(all.send(second, 50) == send_status::would_block);  // the rest is still waiting
  auto all_bytes = sent;
  CHECK(all.a.statistics().datagrams_sent == 5);

  SECTION("at the next send") {
    REQUIRE(all.send(second, 50) == send_status::sent);
    all_bytes.insert(all_bytes.end(), second.begin(), second.end());
    CHECK(all.arrived(13) == all_bytes);
  }
  SECTION("at the next receive") {
    all.a.wait(quoin::duration::max());
    CHECK(all.a.receive().empty());
    CHECK(all.arrived(12) == all_bytes);
  }
  SECTION("in as many pieces as it takes") {
    scripted_calls::refuse_trains = EIO;
    scripted_calls::script = {{EIO}, {0, 1}, {EAGAIN}, {EIO}, {0, 2}, {EAGAIN}};
    CHECK(all.a.receive().empty());
    CHECK(all.a.receive().empty());
    CHECK(all.a.statistics().datagrams_sent == 8);
    CHECK(all.a.receive().empty());
    CHECK(all.arrived(12) == all_bytes);
  }
  CHECK(all.b.receive().empty());
}

TEST_CASE("an interrupted send is made again", "[io]") {
  sockets all;
  scripted_calls::script = {{EINTR}, {EINTR}};
  auto const sent = train(3, 1000, 1000);
  REQUIRE(all.send(sent, 1000) == send_status::sent);
  CHECK(all.arrived(3) == sent);
  scripted_calls::script = {{EINTR}};
  auto const one = numbered(20, 1);
  REQUIRE(all.send(one, 20) == send_status::sent);
  CHECK(all.arrived(1) == one);
}

TEST_CASE("a send that is interrupted for ever does not hold us, and loses nothing", "[io]") {
  sockets all;
  scripted_calls::interrupted = true;
  auto const sent = train(3, 1000, 1000);
  auto const one = numbered(20, 1);
  SECTION("of a train") {
    REQUIRE(all.send(sent, 1000) == send_status::would_block);
    CHECK(scripted_calls::singles == 0);
    scripted_calls::interrupted = false;
    CHECK(all.b.receive().empty());
    REQUIRE(all.send(sent, 1000) == send_status::sent);
    CHECK(all.arrived(3) == sent);
    CHECK(all.a.segmentation());
  }
  SECTION("of one datagram") {
    REQUIRE(all.send(one, 20) == send_status::would_block);
    scripted_calls::interrupted = false;
    CHECK(all.b.receive().empty());
    REQUIRE(all.send(one, 20) == send_status::sent);
    CHECK(all.arrived(1) == one);
  }
  SECTION("amid a batch, whose rest is kept") {
    scripted_calls::script = {{EIO}, {0, 2}};
    REQUIRE(all.send(sent, 1000) == send_status::sent);
    REQUIRE(all.send(one, 20) == send_status::would_block);
    scripted_calls::interrupted = false;
    CHECK(all.a.receive().empty());  // which is when what was kept goes
    CHECK(all.arrived(3) == sent);
  }
  CHECK(all.b.receive().empty());
}

TEST_CASE("what the network refuses is lost and the socket goes on", "[io]") {
  for (int const error : {ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EPERM, EACCES, ENETDOWN, EADDRNOTAVAIL}) {
    sockets all;
    scripted_calls::script = {{error}};
    CHECK(all.send(train(3, 1000, 1000), 1000) == send_status::unreachable);
    scripted_calls::script = {{error}};
    CHECK(all.send(numbered(20, 1), 20) == send_status::unreachable);
    auto const one = numbered(20, 1);
    REQUIRE(all.send(one, 20) == send_status::sent);
    CHECK(all.arrived(1) == one);
  }
}

TEST_CASE("a socket that is gone has failed", "[io]") {
  for (int const error : {EBADF, ENOTSOCK, EFAULT, EPIPE}) {
    sockets all;
    scripted_calls::script = {{error}, {error}};
    CHECK(all.send(train(3, 1000, 1000), 1000) == send_status::failed);
    CHECK(all.send(numbered(20, 1), 20) == send_status::failed);
  }
}

TEST_CASE("a send that takes nothing without an error does not hold us", "[io]") {
  sockets all;
  scripted_calls::script = {{0, 0}};
  CHECK(all.send(numbered(20, 1), 20) == send_status::would_block);
}

TEST_CASE("every prefix of a batch may be taken, at every call, and all of it arrives once", "[io]") {
  for (unsigned first = 1; first < 10; ++first) {
    sockets all;
    scripted_calls::refuse_trains = EIO;
    scripted_calls::script = {{EIO}, {0, first}, {EINTR}, {0, 1}, {EAGAIN}};
    auto const sent = train(11, 500, 5);
    REQUIRE(all.send(sent, 500) == send_status::sent);
    scripted_calls::script.clear();
    CHECK(all.a.receive().empty());
    CHECK(all.arrived(11) == sent);
  }
}
