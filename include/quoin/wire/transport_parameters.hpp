// SPDX-License-Identifier: BSL-1.0
/// \file
/// Transport parameters: what each endpoint says of itself within the TLS handshake (RFC 9000 7.4, 18).
#pragma once

#include <quoin/wire/transport_parameters/read.hpp>
#include <quoin/wire/transport_parameters/values.hpp>
#include <quoin/wire/transport_parameters/write.hpp>
