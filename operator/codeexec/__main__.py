"""`python -m codeexec` is `codeexec`."""

from codeexec.cli.main import main

if __name__ == "__main__":
    main()
