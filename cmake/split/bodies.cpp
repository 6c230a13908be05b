// SPDX-License-Identifier: BSL-1.0
// quoin::split: the bodies that are not templates, compiled once.
#include <quoin/src.hpp>
