# SPDX-License-Identifier: BSL-1.0
# clang reads what most tests and examples include from a file that it compiled before, which saves more than half of
# their time; g++, whose such files are large, gains nothing.
option(QUOIN_PRECOMPILE "Compile what tests and examples include once, where the compiler is clang" ON)
set(quoin_precompiles OFF)
if(QUOIN_PRECOMPILE AND QUOIN_BUILD_TESTS AND CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(quoin_precompiles ON)
  find_package(Catch2 3 REQUIRED CONFIG)
endif()

# quoin_precompile(TARGET [LINK target...]): compiles the headers with the definitions of what is linked.
function(quoin_precompile target)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  add_library(${target} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled/common.cpp)
  target_link_libraries(${target} PRIVATE quoin quoin_warnings Catch2::Catch2 ${arg_LINK})
  target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled/common.hpp)
endfunction()

if(quoin_precompiles)
  quoin_precompile(quoin_common_headers)
  if(TARGET quoin_split)
    quoin_precompile(quoin_common_headers_split LINK quoin_split)
  endif()
endif()

# quoin_precompiled(TARGET): uses the headers that were compiled with the definitions that TARGET has, if any were.
function(quoin_precompiled target)
  if(NOT quoin_precompiles)
    return()
  endif()
  get_target_property(links ${target} LINK_LIBRARIES)
  if(links MATCHES "split|world|hostile_peer")
    target_precompile_headers(${target} REUSE_FROM quoin_common_headers_split)
  elseif(NOT links MATCHES "botan|crypto|tool")
    target_precompile_headers(${target} REUSE_FROM quoin_common_headers)
  endif()
endfunction()
