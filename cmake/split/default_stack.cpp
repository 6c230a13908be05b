// SPDX-License-Identifier: BSL-1.0
// quoin::split: the default stack's connection, instantiated once.
#include <quoin/connection/connection.hpp>
#include <quoin/stacks/default.hpp>

template class quoin::connection<quoin::default_stack>;
