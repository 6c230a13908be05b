// SPDX-License-Identifier: BSL-1.0
/// \file
/// The sending half of `basic_udp`: trains through the kernel's segmentation while it takes them, else one by one.
#pragma once

#include <quoin/base/contract.hpp>
#include <quoin/io/detail/udp_socket.hpp>
#include <quoin/policy/io.hpp>

#include <array>
#include <vector>

namespace quoin::detail {

/// What an error of sendmsg means to whoever asked for the send.
constexpr send_status status_of(int error) noexcept {
  switch (error) {
    case 0: return send_status::sent;
    case EAGAIN:
    case EINTR: return send_status::would_block;
    case EMSGSIZE: return send_status::too_large;
    case EBADF:
    case ENOTSOCK:
    case EFAULT:
    case EPIPE:
    case ESHUTDOWN: return send_status::failed;
    default: break;
  }
  // ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EPERM from a packet filter, EINVAL for port 0, ...: this datagram cannot
  // go there, others may go elsewhere. ENOBUFS and ENOMEM are a queue that is full behind a socket that is not: whoever
  // waited for that one to be writable would not wait, and a loss is what tells congestion control.
  return send_status::unreachable;
}

struct send_progress {
  std::size_t bytes = 0;  ///< taken by the network, or known never to be
  send_status status = send_status::sent;
};

template <class Calls>
class udp_sender {
 public:
  static constexpr std::size_t room_size = 64 * 1024;

  udp_sender(bool is_v6, socket_address const& bound, udp_config const& config)
      : room_(room_size),
        bound_to_one_(bound.ip != std::array<std::uint8_t, 16>{}),
        is_v6_(is_v6),
        ecn_(config.ecn),
        segmentation_(config.segmentation) {
    held_.reserve(room_size);
  }

  [[nodiscard]] byte_span room() noexcept { return room_; }
  [[nodiscard]] bool segmentation() const noexcept { return segmentation_; }
  [[nodiscard]] bool holds() const noexcept { return !held_.empty(); }
  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
  [[nodiscard]] std::uint64_t datagrams() const noexcept { return datagrams_; }

  /// All of the batch or nothing: when the socket fills up amid a batch, the rest is kept here and goes first later.
  send_status send(int fd, outgoing const& batch) noexcept {
    QUOIN_ASSERT(batch.bytes.size() <= room_size);
    if (!flush(fd)) return send_status::would_block;
    auto const progress = push(fd, batch);
    if (progress.status != send_status::would_block || progress.bytes == 0) return progress.status;
    auto const rest = batch.bytes.subspan(progress.bytes);
    held_.assign(rest.begin(), rest.end());
    held_batch_ = batch;
    return send_status::sent;
  }

  /// Sends what was kept. Whether nothing is kept any more.
  bool flush(int fd) noexcept {
    if (held_.empty()) return true;
    held_batch_.bytes = held_;
    auto const progress = push(fd, held_batch_);
    if (progress.status == send_status::would_block) {
      held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(progress.bytes));
      return false;
    }
    held_.clear();
    return true;
  }

 private:
  // UDP_MAX_SEGMENTS of older kernels, and what fits an IPv4 packet.
  static constexpr std::size_t most_segments = 64;
  static constexpr std::size_t largest_payload = 65507;
  // Neither of the calls waits, so a signal hardly ever gets between; a kernel that says so for ever is one that takes
  // nothing.
  static constexpr int most_interruptions = 8;

  struct target {
    kernel_address address;
    socklen_t address_size;
    bool is_v4;
  };

  send_progress push(int fd, outgoing const& batch) noexcept {
    target to{};
    to.address_size = to_kernel(batch.path.remote, is_v6_, to.address);
    to.is_v4 = batch.path.remote.family == address_family::v4;
    if (to.address_size == 0) return {batch.bytes.size(), send_status::unreachable};
    auto const segment = batch.segment_size == 0 ? batch.bytes.size() : batch.segment_size;

    send_progress total;
    while (total.bytes < batch.bytes.size()) {
      auto const rest = batch.bytes.subspan(total.bytes);
      auto const train = segmentation_ ? train_size(rest.size(), segment) : 0;
      auto const part = train > segment ? send_train(fd, to, batch, rest.first(train), segment)
                                        : send_singles(fd, to, batch, rest, segment);
      total.bytes += part.bytes;
      if (part.status != send_status::sent) total.status = part.status;
      if (part.status == send_status::would_block || part.status == send_status::failed) break;
    }
    return total;
  }

  static std::size_t train_size(std::size_t rest, std::size_t segment) noexcept {
    return std::min(rest, std::min(most_segments, largest_payload / segment) * segment);
  }

  /// One call for all of `train`. Where the kernel or the card refuses, the datagrams go one by one; if they do go,
  /// segmentation itself was the trouble and is not tried again.
  send_progress send_train(int fd, target& to, outgoing const& batch, byte_view train, std::size_t segment) noexcept {
    auto control = control_for(to, batch);
    control.add_segment_size(segment);
    iovec part = part_of(train);
    msghdr message = message_to(to, part, control);
    ssize_t taken = 0;
    int interruptions = 0;
    do {
      ++calls_;
      taken = Calls::sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (taken < 0 && errno == EINTR && ++interruptions <= most_interruptions);
    if (taken >= 0) {
      datagrams_ += (train.size() + segment - 1) / segment;
      return {train.size(), send_status::sent};
    }
    auto const error = errno;
    if (!may_be_refusal(error)) return failure(status_of(error), train.size());
    auto const progress = send_singles(fd, to, batch, train, segment);
    if (progress.status == send_status::sent) segmentation_ = false;
    return progress;
  }

  /// EIO: the route has no checksum offload. EINVAL, EMSGSIZE: no such option, or a segment larger than the route's
  /// MTU, which looks the same.
  static bool may_be_refusal(int error) noexcept {
    return error == EIO || error == EINVAL || error == EMSGSIZE || error == EOPNOTSUPP || error == ENOPROTOOPT;
  }

  /// At most `most_segments` datagrams with one call.
  send_progress send_singles(int fd, target& to, outgoing const& batch, byte_view bytes, std::size_t segment) noexcept {
    auto control = control_for(to, batch);
    std::array<iovec, most_segments> parts;
    std::array<mmsghdr, most_segments> messages;
    std::size_t count = 0;
    for (std::size_t at = 0; at < bytes.size() && count < most_segments; at += segment, ++count) {
      parts[count] = part_of(bytes.subspan(at, std::min(segment, bytes.size() - at)));
      messages[count] = {message_to(to, parts[count], control), 0};
    }

    send_progress progress;
    int interruptions = 0;
    for (std::size_t next = 0; next < count;) {
      ++calls_;
      auto const taken =
          Calls::sendmmsg(fd, &messages[next], static_cast<unsigned>(count - next), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (taken > 0) {
        datagrams_ += static_cast<unsigned>(taken);
        for (auto const end = next + static_cast<unsigned>(taken); next < end; ++next)
          progress.bytes += parts[next].iov_len;
        continue;
      }
      if (taken < 0 && errno == EINTR && ++interruptions <= most_interruptions) continue;
      // Nothing taken and no error would be a kernel's riddle; blocking is the answer that ends the loop.
      auto const status = taken == 0 ? send_status::would_block : status_of(errno);
      if (status == send_status::would_block || status == send_status::failed) return {progress.bytes, status};
      if (status == send_status::unreachable) {
        // All of them go to the same place.
        return {std::min(bytes.size(), count * segment), status};
      }
      // Too large, and so are all of its size; a shorter one behind them need not be.
      progress.status = status;
      for (auto const beyond = parts[next].iov_len; next < count && parts[next].iov_len >= beyond; ++next)
        progress.bytes += parts[next].iov_len;
    }
    return progress;
  }

  static send_progress failure(send_status status, std::size_t size) noexcept {
    bool const kept = status == send_status::would_block || status == send_status::failed;
    return {kept ? 0 : size, status};
  }

  outgoing_control control_for(target const& to, outgoing const& batch) const noexcept {
    outgoing_control control;
    if (ecn_ && batch.mark != ecn::not_ect) control.add_mark(batch.mark, to.is_v4);
    if (!bound_to_one_ && batch.path.local.ip != std::array<std::uint8_t, 16>{} &&
        batch.path.local.family == batch.path.remote.family)
      control.add_source(batch.path.local);
    return control;
  }

  static iovec part_of(byte_view bytes) noexcept {
    // The kernel only reads; its interface predates const.
    return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  }

  static msghdr message_to(target& to, iovec& part, outgoing_control& control) noexcept {
    msghdr message{};
    message.msg_name = &to.address;
    message.msg_namelen = to.address_size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    control.attach_to(message);
    return message;
  }

  std::vector<std::uint8_t> room_;
  std::vector<std::uint8_t> held_;  // the rest of a batch whose beginning has gone
  outgoing held_batch_;
  bool bound_to_one_;
  bool is_v6_;
  bool ecn_;
  bool segmentation_;
  std::uint64_t calls_ = 0;
  std::uint64_t datagrams_ = 0;
};

}  // namespace quoin::detail
