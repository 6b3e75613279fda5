"""From words to conditioning: tokenisation and text encoders."""
