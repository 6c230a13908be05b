// SPDX-License-Identifier: BSL-1.0
/// \file
/// Compares a QUIC-LB format with published connection IDs.
#pragma once

#include <quoin/cid/quic_lb.hpp>

#include <catch2/catch_test_macros.hpp>

#include <vector>

namespace made {

using bytes = std::vector<std::uint8_t>;

/// `format` makes `expected` from `nonce`, and finds itself in it.
template <class Format>
void check_vector(Format const& format, bytes const& nonce, bytes const& expected) {
  std::array<std::uint8_t, quoin::connection_id::max_size> randomness{};
  std::copy(nonce.begin(), nonce.end(), randomness.begin());
  auto const id = format.make(randomness);
  CHECK(bytes(id.view().begin(), id.view().end()) == expected);
  CHECK(format.owns(id));
}

}  // namespace made
