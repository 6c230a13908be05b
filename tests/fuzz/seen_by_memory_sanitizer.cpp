// SPDX-License-Identifier: BSL-1.0
// What libstdc++ has compiled, and MemorySanitizer has therefore not seen: how a node comes into a std::map or
// std::set. Whatever else there is of them reads only, or writes to nodes that were seen here.
#include <sanitizer/msan_interface.h>

#include <dlfcn.h>

#include <map>

namespace std {

void _Rb_tree_insert_and_rebalance(bool left, _Rb_tree_node_base* node, _Rb_tree_node_base* parent,
                                   _Rb_tree_node_base& header) noexcept {
  using function = void (*)(bool, _Rb_tree_node_base*, _Rb_tree_node_base*, _Rb_tree_node_base&);
  static auto const original =
      reinterpret_cast<function>(dlsym(RTLD_NEXT, "_ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_"));
  original(left, node, parent, header);
  __msan_unpoison(node, sizeof *node);
}

}  // namespace std
