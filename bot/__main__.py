"""`python -m bot` is `fiftywire`."""

from bot.cli import main

if __name__ == "__main__":
    main(prog_name="fiftywire")
