// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles of the test stack.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

template class quoin::connection<quoin::test_stack>;

template class quoin::endpoint<quoin::test_stack>;
