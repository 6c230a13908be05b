// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles of the default stack.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/default.hpp>

template class quoin::connection<quoin::default_stack>;
template class quoin::endpoint<quoin::default_stack>;
