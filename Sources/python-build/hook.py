"""Puts libjchain into the wheel: built here with Swift, or the one given."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "libjchain.dylib" if sys.platform == "darwin" else "libjchain.so"


class LibraryHook(BuildHookInterface[Any]):
    """A wheel holds the library for one platform, and serves every Python 3."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library and the platform's tag; editable installs need none."""
        if version == "editable":
            return
        library = given() or built(Path(self.root))
        build_data["force_include"][str(library)] = f"jacobian_chain/{NAME}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{tag()}"


def given() -> Path | None:
    """Return the library that JCHAIN_LIBRARY names."""
    named = os.environ.get("JCHAIN_LIBRARY")
    if named and not Path(named).is_file():
        raise SystemExit(f"JCHAIN_LIBRARY names no file: {named}")
    return Path(named) if named else None


def built(root: Path) -> Path:
    """Build the library with the Swift on the path; its runtime goes inside."""
    swift = os.environ.get("SWIFT", "swift")
    if shutil.which(swift) is None:
        raise SystemExit(
            "there is no wheel for this platform, and to build one Swift 6.3 or newer "
            "is needed: install it from https://www.swift.org/install, or set "
            "JCHAIN_LIBRARY to a built libjchain"
        )
    build = [
        swift, "build", "-c", "release", "--product", "CJacobianChain",
        "--disable-default-traits", "-Xswiftc", "-static-stdlib",
    ]  # fmt: skip
    subprocess.run(build, cwd=root, check=True)
    folder = subprocess.run(
        [*build, "--show-bin-path"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(folder.stdout.strip()) / NAME


def tag() -> str:
    """Return the platform's tag: on Linux manylinux with the glibc linked against."""
    machine = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    libc, version = platform.libc_ver()
    if libc == "glibc":
        major, minor = version.split(".")[:2]
        return machine.replace("linux", f"manylinux_{major}_{minor}", 1)
    return machine
