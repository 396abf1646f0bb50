"""`python -m myotrial` is the command line."""

from myotrial.cli.main import main

if __name__ == "__main__":
    main()
