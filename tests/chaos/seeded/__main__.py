"""`python -m tests.chaos.seeded <bug> run <service> --role …`: the `etwinning` command with a mistake planted in it."""

import sys

from deploy.cli import main
from tests.chaos.seeded.bugs import BUGS

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)].plant()
    main()
