"""The quarterly disclosure of carbon-reduction loans, in the regulator's own layout, Chinese and English."""
