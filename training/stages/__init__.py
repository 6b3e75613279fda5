"""The stages of training, one a file: autoencoder, text encoder, probe, UNet, export."""
