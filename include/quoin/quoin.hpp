// SPDX-License-Identifier: BSL-1.0
/// \file
/// Everything that a program with the default stack needs, in one include. It brings Botan's headers with it unless the
/// program links quoin::split; programs that care about compile time include what they use.
#pragma once

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/io/address_text.hpp>
#include <quoin/stacks/default.hpp>
