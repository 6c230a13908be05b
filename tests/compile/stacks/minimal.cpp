// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles of the minimal stack.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/minimal.hpp>

template class quoin::connection<quoin::minimal_stack>;
template class quoin::endpoint<quoin::minimal_stack>;
