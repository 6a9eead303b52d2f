"""What is asked of parameters, and what messages about them are made of."""
