"""A module's source as a tree, parsed once for all rules."""

import ast
import gc
from functools import cache


@cache
def tree_of(source: str) -> ast.Module:
    """Undisturbed: what a collection wakes may parse, and CPython counts the two as one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if was_enabled:
            gc.enable()
