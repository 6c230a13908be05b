// SPDX-License-Identifier: BSL-1.0
// Any frames and parameters as the log gets to see them, before anybody has validated them: every line stays JSON, and
// the file stays within its size.
#include <quoin/qlog/qlog_observer.hpp>

#include "require.hpp"
#include "script.hpp"

#include <cstdio>
#include <fstream>
#include <string>

#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace quoin;
  using fuzz::require;
  constexpr std::size_t most = 60'000;
  static auto const path =
      std::filesystem::temp_directory_path() / ("quoin_fuzz_" + std::to_string(::getpid()) + ".sqlog");
  fuzz::script input{data, size};
  {
    auto const form = input.byte();
    auto const dialect = (form & 2) != 0 ? qlog_version::draft : qlog_version::v0_3;
    qlog_observer log{
        path, (form & 1) != 0 ? role::client : role::server, {.version = dialect, .max_file_bytes = most}};
    instant now{std::chrono::seconds{1}};
    while (!input.empty()) {
      auto const what = input.byte();
      auto const kind = static_cast<event::packet_kind>(what >> 4 & 7);
      now += std::chrono::microseconds{what};
      switch (what % 6) {
        case 0:
          log.on(event::packet_received{now, kind, input.offset(), input.number(), input.take(input.number() % 1500),
                                        ecn::ce});
          break;
        case 1:
          log.on(event::packet_sent{now, kind, input.offset(), input.number(), input.take(input.byte()), ecn::ect0});
          break;
        case 2: log.on(event::parameters_set{now, (what & 16) != 0, input.take(input.byte())}); break;
        case 3:
          log.on(event::packet_dropped{now, kind, static_cast<event::drop_reason>(input.byte() % 8), input.offset()});
          break;
        case 4: {
          auto const words = input.take(input.byte());
          log.on(event::connection_closed{now, static_cast<event::close_origin>(input.byte() % 5), (what & 16) != 0,
                                          input.offset(), input.offset(), as_text(words)});
          break;
        }
        default: {
          auto const id = connection_id::from(input.take(input.byte() % 21));
          log.on(event::connection_started{now, role::client, {}, *id, *id, *id, static_cast<version>(input.number())});
        }
      }
    }
  }
  std::ifstream file{path, std::ios::binary};
  std::string line;
  std::size_t total = 0;
  while (std::getline(file, line)) {
    total += line.size() + 1;
    require(!line.empty() && line.front() == '\x1e', "every record begins with its separator");
    require(qlog::json::accept(line.begin() + 1, line.end()), "every record is JSON");
  }
  require(total <= most, "a log stays within its size");
  return 0;
}
