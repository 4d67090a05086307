"""One small checker per function, as Python text: it decides "certainly fine", the rest goes through jaxtyping."""
