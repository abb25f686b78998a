"""Which peers can be imported, and their versions; null for the others."""

import importlib
import platform

from protocol import serve


def version(name):
    try:
        return importlib.import_module(name).__version__
    except ImportError:
        return None


def answer(request):
    versions = {n: version(n) for n in ["numpy", "opt_einsum", "jax", "casadi"]}
    versions["python"] = platform.python_version()
    return {"versions": versions}


serve(answer)
