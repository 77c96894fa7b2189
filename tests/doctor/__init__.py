"""The doctor: what it finds, how it says so, and that it fails where it must."""
