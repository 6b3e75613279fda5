"""How good a picture is, and how near one set of pictures is to another."""
