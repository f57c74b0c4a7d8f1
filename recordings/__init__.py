"""Audio: the rooms for finding, converting and keeping call recordings."""
