"""The procedural world behind the starter models: scenes, their pictures, their captions and the held-out split."""
