"""What goes out of the server and comes into it: tables, exports with the trail, and back."""
