"""The door of the house: `python main.py` starts the studio, `python main.py run …` paints without it."""

from cli.verbs import main

if __name__ == "__main__":
    raise SystemExit(main())
