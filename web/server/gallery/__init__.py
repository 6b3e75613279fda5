"""The pictures of the output folder: what they say, how they are found, and their small likenesses."""
