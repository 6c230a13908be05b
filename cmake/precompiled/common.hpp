// SPDX-License-Identifier: BSL-1.0
// What many tests and examples include, for compilers that gain by compiling it once. None may rely on it: g++ builds
// them without.
#pragma once

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <quoin/endpoint/endpoint.hpp>
#include <quoin/http3/client.hpp>
#include <quoin/http3/server.hpp>
#include <quoin/stacks/test.hpp>
#include <quoin/testing/archetypes.hpp>
#include <quoin/testing/lab.hpp>
#if QUOIN_HAS_BOTAN
#include <quoin/crypto/botan/certificate.hpp>
#include <quoin/stacks/default.hpp>
#endif

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>
