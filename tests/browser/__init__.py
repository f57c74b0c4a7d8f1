"""What people see: Debian's Chromium on the real product, while a real Asterisk rings real phones."""
