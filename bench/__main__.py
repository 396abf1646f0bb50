"""`python -m bench` runs every benchmark, `python -m bench NAME …` the named ones."""

import importlib
import pkgutil
import sys

import bench


def main(wanted: list[str]) -> int:
    """Run benchmarks by name, all of them without a name; 2 if a name is unknown."""
    known = sorted(item.name for item in pkgutil.iter_modules(bench.__path__))
    known = [name for name in known if not name.startswith("_")]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    for name in wanted or known:
        print(f"# {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
