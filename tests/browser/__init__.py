"""What people see: Debian's Chromium on the real product, while real phones ring."""
