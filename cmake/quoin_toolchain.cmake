# SPDX-License-Identifier: BSL-1.0
# What only quoin's own build wants: strict warnings, ccache, a fast linker. Users of the library get none of it.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(QUOIN_CCACHE ccache)
if(QUOIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are hashed relative to the checkout, so that another clone finds what this one has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true
                                  CCACHE_SLOPPINESS=pch_defines,time_macros ${QUOIN_CCACHE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Without times in them, precompiled headers are the same whoever made them.
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

find_program(QUOIN_MOLD mold)
find_program(QUOIN_LLD ld.lld)
if(QUOIN_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(QUOIN_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# The dependency installer keeps what it built outside the build tree; find_package looks there too.
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/dependencies/install --print-prefix
                OUTPUT_VARIABLE quoin_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(quoin_prefix AND EXISTS ${quoin_prefix})
  list(APPEND CMAKE_PREFIX_PATH ${quoin_prefix})
endif()

set(QUOIN_SANITIZE OFF CACHE STRING "ON: Address- and UndefinedBehaviorSanitizer; thread: ThreadSanitizer; memory: \
MemorySanitizer, for the fuzz targets (clang)")
if(QUOIN_SANITIZE)
  # With sanitizers, g++ inlines one of two operators new and delete into their callers, those of programs that count and
  # those of coroutines, and then misses the other.
  add_compile_options("$<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>")
endif()
if(QUOIN_SANITIZE STREQUAL "thread")
  # Asio has fences, which this sanitizer does not understand; g++ says so of each.
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer "$<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>")
  add_link_options(-fsanitize=thread)
elseif(QUOIN_SANITIZE STREQUAL "memory")
  # Everything that is linked must be built so, and libstdc++ is not: tests/fuzz chooses what can be.
elseif(QUOIN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

add_library(quoin_warnings INTERFACE)
target_compile_options(quoin_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                                -Woverloaded-virtual
                                                $<$<BOOL:${QUOIN_WARNINGS_ARE_ERRORS}>:-Werror>)
