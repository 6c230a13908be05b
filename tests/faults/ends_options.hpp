// SPDX-License-Identifier: BSL-1.0
/// \file
/// How a client's and a server's endpoint are to be, and where they are.
#pragma once

#include <quoin/connection/settings.hpp>
#include <quoin/core/address.hpp>
#include <quoin/io/faulty_io.hpp>

#include <cstddef>
#include <vector>

namespace quoin::testing {

struct ends_options {
  transport_settings client{};
  transport_settings server{};
  bool require_retry = false;
  std::size_t hello_padding = 0;
  bool sessions = false;  ///< the server gives a ticket, and takes early data with it
  std::vector<io_fault_at> client_faults{};
  std::vector<io_fault_at> server_faults{};
  std::vector<io_fault_at> client_arrivals{};
  std::vector<io_fault_at> server_arrivals{};
};

constexpr socket_address address_of_end(role side) {
  return side == role::client ? socket_address::v4(192, 0, 2, 1, 1111) : socket_address::v4(192, 0, 2, 2, 4433);
}

}  // namespace quoin::testing
