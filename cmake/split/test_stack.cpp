// SPDX-License-Identifier: BSL-1.0
// quoin::split: the test stack's connection, instantiated once.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/test.hpp>

template class quoin::connection<quoin::test_stack>;
