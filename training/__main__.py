"""The door to the recipe: `python -m training <verb>`."""

from training.recipe import main

if __name__ == "__main__":
    main()
