"""Ways to steer a denoiser harder than its conditioning does."""
