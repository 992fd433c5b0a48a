"""`python -m composestack.cli` is `composestack`."""

from composestack.cli.main import main

main()
