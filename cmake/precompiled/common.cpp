// SPDX-License-Identifier: BSL-1.0
// Whatever is compiled with the precompiled headers takes them from here.
