"""Makes the virtual environments of the programs that Cantus is measured against or read with.

Needs nothing but Python and a package index. Magenta needs Python 3.11: its TensorFlow runs on no newer one.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def make(python, folder, requirements, *options):
    """A virtual environment with the pinned packages, unless it has them already."""
    pins = HERE / requirements
    mark = folder / "requirements.txt"
    if mark.exists() and mark.read_bytes() == pins.read_bytes():
        print(f"{folder} is there already", flush=True)
        return
    print(f"{folder}: installing {requirements}", flush=True)
    subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *options, "--requirement", pins], check=True)
    shutil.copyfile(pins, mark)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, help="where the environments go")
    parser.add_argument("--magenta", action="store_true", help="make the one for Magenta, too")
    parser.add_argument("--magenta-python", default="python3.11", help="the Python for Magenta")
    parser.add_argument("--tensorboard", action="store_true", help="make only the one for TensorBoard")
    wanted = parser.parse_args()
    if wanted.tensorboard:
        make(sys.executable, wanted.folder / "tensorboard", "tensorboard.txt")
        return
    make(sys.executable, wanted.folder / "venv", "requirements.txt")
    if wanted.magenta:
        python = shutil.which(wanted.magenta_python)
        if python is None:
            sys.exit(f"Magenta needs {wanted.magenta_python}, which is not installed")
        # Magenta pins versions that were built for Python 3.8 and older; these pins run, whatever it asks for.
        make(python, wanted.folder / "magenta", "magenta.txt", "--no-deps")


main()
