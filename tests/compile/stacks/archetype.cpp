// SPDX-License-Identifier: BSL-1.0
// Every member of connection and endpoint compiles with no more than the concepts promise.
#include <quoin/connection/connection.hpp>
#include <quoin/endpoint/endpoint.hpp>
#include <quoin/testing/archetypes.hpp>

template class quoin::connection<quoin::archetype_stack>;

template class quoin::endpoint<quoin::archetype_stack>;

template class quoin::connection<quoin::claiming_archetype_stack>;

template class quoin::endpoint<quoin::claiming_archetype_stack>;
