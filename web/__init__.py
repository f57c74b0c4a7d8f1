"""The door: REST, push, sessions and rights at the threshold."""
