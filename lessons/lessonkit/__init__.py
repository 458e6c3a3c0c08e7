"""What lessons import."""
