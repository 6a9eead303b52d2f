"""How series are driven: many at once in threads, one in pieces, and a loop that has run away."""
