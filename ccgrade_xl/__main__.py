"""`python -m ccgrade_xl` is the `ccgrade` command."""

from ccgrade_xl.cli import main

if __name__ == "__main__":
    main()
