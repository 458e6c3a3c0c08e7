"""Grader of the course."""
