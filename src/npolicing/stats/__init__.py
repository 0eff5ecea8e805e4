"""Pure statistics: numbers in, numbers out, each named for its method."""
