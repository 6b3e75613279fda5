import os

os.environ["EVERYTHING_PRESTARTUP"] = "ran"
