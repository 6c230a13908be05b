// SPDX-License-Identifier: BSL-1.0
/// \file
/// Received trains of datagrams, of which neighbours often belong together.
#pragma once

#include <quoin/base/bytes.hpp>

#include <algorithm>

namespace quoin {

/// Bytes of the datagrams at the front of `train` that have a short header and the same connection ID of `id_size`
/// bytes; of the first datagram alone where it has not.
inline std::size_t run_length(byte_view train, std::size_t segment, std::size_t id_size) {
  auto const id_end = 1 + id_size;
  auto run = std::min(segment, train.size());
  if (run < id_end || (train[0] & 0x80) != 0) return run;
  while (run < train.size()) {
    auto const next = train.subspan(run, std::min(segment, train.size() - run));
    if (next.size() < id_end || (next[0] & 0x80) != 0 ||
        !std::equal(next.begin() + 1, next.begin() + static_cast<std::ptrdiff_t>(id_end), train.begin() + 1))
      break;
    run += next.size();
  }
  return run;
}

}  // namespace quoin
