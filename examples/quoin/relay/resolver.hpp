// SPDX-License-Identifier: BSL-1.0
/// \file
/// Names looked up by a thread of its own, so that nobody else waits for them.
#pragma once

#include <quoin/http3/connect_udp/relay.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace tool::relay {

class resolver {
 public:
  using answer = quoin::function<void(quoin::http3::connect_udp::addresses)>;

  /// `wake` is called by the thread when something was found.
  explicit resolver(std::function<void()> wake);
  ~resolver();
  resolver(resolver const&) = delete;
  resolver& operator=(resolver const&) = delete;

  /// `told` is called by `service`, or at once when too many names wait already.
  void ask(quoin::http3::connect_udp::target const& named, answer told);
  /// Hands out what was found.
  void service();

 private:
  struct question {
    std::uint64_t number;
    quoin::http3::connect_udp::target named;
  };
  struct finding {
    std::uint64_t number;
    quoin::http3::connect_udp::addresses found;
  };

  void work(std::stop_token const& stop);

  std::function<void()> wake_;
  std::map<std::uint64_t, answer> waiting_;  ///< of the thread that asks
  std::uint64_t next_ = 0;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::deque<question> questions_;
  std::deque<finding> findings_;
  std::jthread thread_;
};

}  // namespace tool::relay
