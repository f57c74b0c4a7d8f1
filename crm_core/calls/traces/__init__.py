"""The black box of a call: what was heard of it, what was made of that, and who saw it."""
