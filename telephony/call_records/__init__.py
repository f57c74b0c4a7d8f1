"""What Asterisk itself wrote down of its calls: the way to calls that nobody here heard."""
