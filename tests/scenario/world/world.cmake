# SPDX-License-Identifier: BSL-1.0
# The lab behind a facade, compiled once for scenarios and property tests, whichever ring comes first.
if(TARGET quoin_world)
  return()
endif()
set(world_sources world.cpp plain.cpp strict.cpp botan.cpp modelling.cpp scalable.cpp first_in.cpp logged.cpp seal_ledger.cpp)
set(world_dir ${CMAKE_CURRENT_LIST_DIR})
list(TRANSFORM world_sources PREPEND ${world_dir}/)
add_library(quoin_world STATIC ${world_sources})
target_include_directories(quoin_world PUBLIC ${world_dir}/..)
target_link_libraries(quoin_world PUBLIC quoin PRIVATE quoin_warnings)
if(TARGET quoin_split)
  target_link_libraries(quoin_world PUBLIC quoin::split)
else()
  target_link_libraries(quoin_world PUBLIC quoin::botan)
endif()
quoin_precompiled(quoin_world)
# The stacks have most of their code in common: compiled together, one costs half of what it costs alone.
set_target_properties(quoin_world PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
set_source_files_properties(${world_dir}/plain.cpp ${world_dir}/strict.cpp ${world_dir}/first_in.cpp ${world_dir}/logged.cpp
                            TARGET_DIRECTORY quoin_world PROPERTIES UNITY_GROUP loss_based)
set_source_files_properties(${world_dir}/botan.cpp ${world_dir}/modelling.cpp ${world_dir}/scalable.cpp
                            ${world_dir}/world.cpp ${world_dir}/seal_ledger.cpp
                            TARGET_DIRECTORY quoin_world PROPERTIES UNITY_GROUP others)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(quoin_world PRIVATE -O1)
endif()
