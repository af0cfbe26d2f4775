"""`python -m gistline` is `gistline`."""

import sys

from gistline.cli import main

if __name__ == "__main__":
    sys.exit(main())
