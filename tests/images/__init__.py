"""Images: made, edited and varied, in every provider's words."""
