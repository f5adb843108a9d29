"""What keeps an installation whole: verifying, backup and restore, erasure, retention."""
