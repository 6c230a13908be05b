// SPDX-License-Identifier: BSL-1.0
/// \file
/// Coroutines on the lab of HTTP/3's tests, in virtual time.
#pragma once

#include <quoin/http3/coroutine/run.hpp>

#include "web.hpp"

#include <catch2/catch_test_macros.hpp>

namespace coroutine_test {

using namespace http3_test;
using namespace std::chrono_literals;

/// What `http3::run` serves; it fails when coroutines take an hour.
struct driver {
  web& on;
  int turns = 0;

  void turn(duration) {
    REQUIRE(++turns < 360'000);
    on.lab.advance(10ms);
  }
};

template <class... Works>
auto serve(web& on, Works... works) {
  driver drives{on};
  return h3::run(drives, std::move(works)...);
}

/// Counts how many of its kind there are.
class counted {
 public:
  explicit counted(int& all) : all_(all) { ++all_; }
  counted(counted const&) = delete;
  counted& operator=(counted const&) = delete;
  ~counted() { --all_; }

 private:
  int& all_;
};

/// The content of the answer to a GET.
inline h3::task<std::string> content_of(h3::origin& site, std::string path) {
  auto answer = co_await site.get(path);
  co_return co_await answer.body();
}

}  // namespace coroutine_test
