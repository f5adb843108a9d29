"""What is observed, rated, sorted and asked: the built-in instruments, and the code that reads any instrument."""
