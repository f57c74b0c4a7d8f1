"""Who sits at which phone, and what they are doing."""
