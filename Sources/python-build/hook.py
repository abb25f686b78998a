"""Puts libjchain into the wheel: built here with Swift, or the one given."""

from __future__ import annotations

import os
import re
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
        """Add the library and the platform's tag; editable installs need neither."""
        if version == "editable":
            return
        library = given() or built(Path(self.root))
        build_data["force_include"][str(library)] = f"jacobian_chain/{NAME}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag(library)}"


def given() -> Path | None:
    """Return the library that JCHAIN_LIBRARY names."""
    named = os.environ.get("JCHAIN_LIBRARY")
    if named and not Path(named).is_file():
        raise SystemExit(f"JCHAIN_LIBRARY names no file: {named}")
    return Path(named) if named else None


def built(root: Path) -> Path:
    """Build the library with the Swift on the path; its runtime goes inside."""
    for tool in (os.environ.get("SWIFT", "swift"), "make"):
        if shutil.which(tool) is None:
            raise SystemExit(
                f"{tool} is missing: there is no wheel of jacobian-chain for this "
                "platform, and building one takes make and Swift 6.3 or newer "
                "(https://www.swift.org/install); or set JCHAIN_LIBRARY to the path "
                f"of a built {NAME}"
            )
    subprocess.run(["make", "libjchain"], cwd=root, check=True)
    return root / ".build" / "libjchain" / NAME


def platform_tag(library: Path) -> str:
    """Return where the library runs.

    On Linux with the newest glibc that one of its symbols asks for; on macOS from the
    version on that Package.swift names.
    """
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
    if sys.platform == "darwin":
        return re.sub(r"macosx_\d+_\d+", "macosx_15_0", platform)
    needed = re.findall(rb"\0GLIBC_(\d+)\.(\d+)(?:\.\d+)?(?=\0)", library.read_bytes())
    major, minor = max((int(major), int(minor)) for major, minor in needed)
    return platform.replace("linux", f"manylinux_{major}_{minor}", 1)
