"""Whether a whole candidate may be published, beside the file published before."""
