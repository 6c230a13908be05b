// SPDX-License-Identifier: BSL-1.0
/// \file
/// The receiving half of `basic_udp`: one call fetches several trains into memory that is allocated once.
#pragma once

#include <quoin/io/detail/udp_socket.hpp>
#include <quoin/policy/io.hpp>

#include <array>
#include <memory>

namespace quoin::detail {

/// Errors that belong to a datagram sent earlier and were only reported on this occasion.
constexpr bool is_stale_error(int error) noexcept {
  switch (error) {
    case EINTR:
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case EMSGSIZE:
    case EPROTO:
    case ENOPROTOOPT: return true;
    default: return false;
  }
}

template <class Calls>
class udp_receiver {
 public:
  udp_receiver(socket_address const& bound, bool receive_offload)
      : slots_(std::make_unique<slot[]>(slot_count)),
        // Not touched before it is used, so an idle socket costs address space only.
        buffers_(new std::uint8_t[slot_count * buffer_size]),
        bound_(bound),
        receive_offload_(receive_offload) {}

  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
  [[nodiscard]] std::uint64_t datagrams() const noexcept { return datagrams_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

  /// A call that found less than it had room for left nothing behind.
  [[nodiscard]] bool drained() const noexcept { return filled_ < slot_count; }

  /// Why the last call failed; 0 when it did not, or only because there was nothing.
  [[nodiscard]] int error() const noexcept { return error_; }

  std::span<arrival> receive(int fd) noexcept {
    // The kernel writes into the headers of those that it fills only.
    for (std::size_t i = 0; i < filled_; ++i) prepare(i);
    filled_ = fetch(fd);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < filled_; ++i)
      if (read(i, arrivals_[kept])) ++kept;
    dropped_ += filled_ - kept;
    return {arrivals_.data(), kept};
  }

 private:
  static constexpr std::size_t slot_count = 16;
  static constexpr std::size_t buffer_size = 64 * 1024;  // no UDP datagram and no train is larger
  static constexpr int most_stale_errors = 64;

  struct slot {
    kernel_address from;
    iovec part;
    alignas(cmsghdr) unsigned char control[incoming_control_size];
  };

  void prepare(std::size_t i) noexcept {
    auto& s = slots_[i];
    s.part = {buffers_.get() + i * buffer_size, buffer_size};
    auto& header = messages_[i].msg_hdr;
    header.msg_name = &s.from;
    header.msg_namelen = sizeof s.from;
    header.msg_iov = &s.part;
    header.msg_iovlen = 1;
    header.msg_control = s.control;
    header.msg_controllen = sizeof s.control;
    header.msg_flags = 0;
  }

  /// How many slots were filled. Reading a stale error consumes it; the bound only keeps a broken kernel from
  /// holding us here, and what it says then is an error like any other.
  std::size_t fetch(int fd) noexcept {
    error_ = 0;
    for (int tries = 0; tries < most_stale_errors; ++tries) {
      ++calls_;
      auto const count = Calls::recvmmsg(fd, messages_.data(), slot_count, MSG_DONTWAIT);
      if (count >= 0) {
        error_ = 0;
        return std::min(static_cast<std::size_t>(count), slot_count);
      }
      error_ = errno == EAGAIN ? 0 : errno;
      if (!is_stale_error(errno)) return 0;
    }
    return 0;
  }

  /// False for what cannot be used.
  bool read(std::size_t i, arrival& out) noexcept {
    auto& header = messages_[i].msg_hdr;
    std::size_t const size = messages_[i].msg_len;
    if ((header.msg_flags & MSG_TRUNC) != 0 || size > buffer_size) return false;
    auto const control = read_control(header);
    // Without its segment size, nobody can tell whether these bytes are one datagram or many.
    if ((header.msg_flags & MSG_CTRUNC) != 0 && receive_offload_ && control.segment_size == 0) return false;

    out.path.remote = from_kernel(&slots_[i].from.any, header.msg_namelen);
    if (!out.path.remote.known()) return false;
    out.path.local = control.local.known() ? control.local : bound_;
    out.path.local.port = bound_.port;
    out.bytes = {buffers_.get() + i * buffer_size, size};
    out.segment_size = control.segment_size == 0 ? size : control.segment_size;
    out.mark = control.mark;
    datagrams_ += out.segment_size == 0 ? 1 : (size + out.segment_size - 1) / out.segment_size;
    return true;
  }

  std::array<mmsghdr, slot_count> messages_{};
  std::array<arrival, slot_count> arrivals_{};
  std::unique_ptr<slot[]> slots_;
  std::unique_ptr<std::uint8_t[]> buffers_;
  socket_address bound_;
  bool receive_offload_;
  std::size_t filled_ = slot_count;  // none is prepared yet
  int error_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace quoin::detail
