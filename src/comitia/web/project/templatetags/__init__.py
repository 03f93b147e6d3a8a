"""What templates of every room can ask for."""
