// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles with no more than the concepts promise.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/testing/archetypes.hpp>

template class quoin::connection<quoin::archetype_stack>;

// Up to version 15 clang instantiates members whose constraints the stack does not meet (`native_handle`).
#if !defined(__clang__) || __clang_major__ >= 16
template class quoin::endpoint<quoin::archetype_stack>;
#else
static_assert(sizeof(quoin::endpoint<quoin::archetype_stack>) != 0);
#endif
