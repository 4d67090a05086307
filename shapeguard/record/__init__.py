"""From the shapes that a program was seen with to annotations in its sources."""
