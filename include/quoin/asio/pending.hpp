// SPDX-License-Identifier: BSL-1.0
/// \file
/// An operation of Asio that waits for something to happen.
#pragma once

#include <quoin/base/function.hpp>

#include <tuple>
#include <utility>

namespace quoin::asio {

/// A completion handler with the executor that it is to be called by, whatever its type: `complete` posts it, so that
/// it never runs inside of the call that started it (as Asio promises). Nothing else is kept, so that an operation
/// which is dropped is destroyed without being called.
template <class Net, class... Results>
class pending {
 public:
  using error_code = typename Net::error_code;

  pending() noexcept = default;

  /// `stop` is called when somebody cancels the operation.
  template <class Handler, class Stop>
  pending(Handler handler, typename Net::executor const& otherwise, Stop&& stop) {
    Net::on_cancel(handler, std::forward<Stop>(stop));
    auto const executor = Net::executor_of(handler, otherwise);
    call_ = [handler = std::move(handler), work = Net::work_on(executor)](error_code problem,
                                                                          Results... results) mutable {
      auto const on = work.get_executor();
      Net::post(on, [handler = std::move(handler), problem,
                     values = std::tuple<Results...>{std::move(results)...}]() mutable {
        Net::forget_cancel(handler);  // not earlier: it may be what calls us
        std::apply([&](auto&... each) { std::move(handler)(problem, std::move(each)...); }, values);
      });
    };
  }

  explicit operator bool() const noexcept { return static_cast<bool>(call_); }

  void complete(error_code problem, Results... results) {
    auto call = std::move(call_);
    call_.reset();
    call(problem, std::move(results)...);
  }

 private:
  function<void(error_code, Results...)> call_;
};

}  // namespace quoin::asio
