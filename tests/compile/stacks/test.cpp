// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles of the test stack.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/stacks/test.hpp>

template class quoin::connection<quoin::test_stack>;

// Up to version 15 clang instantiates members whose constraints the stack does not meet (`native_handle`).
#if !defined(__clang__) || __clang_major__ >= 16
template class quoin::endpoint<quoin::test_stack>;
#else
static_assert(sizeof(quoin::endpoint<quoin::test_stack>) != 0);
#endif
