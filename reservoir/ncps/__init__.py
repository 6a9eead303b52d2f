"""What is read off cells of the library ncps, without it."""
