"""What export to graphs of NIR and import from them share, one idea a file."""
