// SPDX-License-Identifier: BSL-1.0
/// \file
/// Coroutines of a client, from the first to the last.
#pragma once

#include <quoin/http3/coroutine/task.hpp>

#include <array>
#include <chrono>

namespace quoin::http3 {

namespace detail {

/// Keeps a result until everything is over.
template <class T>
task<> put(std::optional<T>& result, task<T> work) {
  result.emplace(co_await work);
}

}  // namespace detail

/// Serves `client` until all `works` are over, which go on side by side. If some threw, the first exception in their
/// order is thrown then.
template <class Client, std::same_as<task<>>... Works>
void run(Client& client, task<> first, Works... others) {
  std::array<std::exception_ptr, 1 + sizeof...(others)> thrown;
  std::size_t under_way = thrown.size();
  auto const begin = [&](std::size_t index, task<> one) {
    return std::move(one).start([&, index](std::exception_ptr why) {
      thrown[index] = std::move(why);
      --under_way;
    });
  };
  std::size_t index = 0;
  std::array<kept_work, 1 + sizeof...(others)> const kept{begin(index++, std::move(first)),
                                                          begin(index++, std::move(others))...};
  while (under_way > 0) client.turn(std::chrono::milliseconds{100});
  for (auto const& why : thrown)
    if (why) std::rethrow_exception(why);
}

/// The same for one that has a result, which is returned.
template <class Client, class T>
requires(!std::is_void_v<T>) T run(Client& client, task<T> work) {
  std::optional<T> result;
  run(client, detail::put(result, std::move(work)));
  return std::move(*result);
}

}  // namespace quoin::http3
