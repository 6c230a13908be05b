// SPDX-License-Identifier: BSL-1.0
/// \file
/// What it costs to look whether the fields of a message are what HTTP/3 allows. One item is one message's.
#include <quoin/http3/message/head.hpp>

#include "browser_request.hpp"
#include "heap_watch.hpp"

namespace {

namespace http3 = quoin::http3;

template <class Fields>
http3::field_list list_of(Fields const& lines) {
  http3::field_list list;
  for (auto const& line : lines) list.add(line.name, line.value);
  return list;
}

template <class Check>
void check(benchmark::State& state, http3::field_list const& fields, Check one_message) {
  std::uint64_t bytes = 0;
  for (auto const& line : fields) bytes += line.name.size() + line.value.size();
  quoin::benchmarks::heap_watch const heap;
  for (auto _ : state) {
    auto found = one_message(fields);
    if (!found) return state.SkipWithError("the message is refused");
    benchmark::DoNotOptimize(found);
  }
  heap.report(state, static_cast<std::int64_t>(state.iterations()),
              static_cast<std::uint64_t>(state.iterations()) * bytes);
}

void request_head(benchmark::State& state) {
  check(state, list_of(quoin::benchmarks::request),
        [](http3::field_list const& fields) { return http3::read_request_head(fields, true); });
}
BENCHMARK(request_head);

void response_head(benchmark::State& state) {
  constexpr std::array<http3::field, 7> response{{
      {":status", "200", false},
      {"content-type", "text/html; charset=utf-8", false},
      {"content-length", "51234", false},
      {"date", "Fri, 27 Nov 2026 08:00:00 GMT", false},
      {"etag", "\"0123456789abcdef-c822\"", false},
      {"cache-control", "max-age=3600, must-revalidate", false},
      {"vary", "accept-encoding", false},
  }};
  check(state, list_of(response), [](http3::field_list const& fields) { return http3::read_response_head(fields); });
}
BENCHMARK(response_head);

void trailers(benchmark::State& state) {
  constexpr std::array<http3::field, 2> lines{{
      {"digest", "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", false},
      {"server-timing", "total;dur=123.4", false},
  }};
  check(state, list_of(lines), [](http3::field_list const& fields) { return http3::check_trailers(fields); });
}
BENCHMARK(trailers);

}  // namespace
