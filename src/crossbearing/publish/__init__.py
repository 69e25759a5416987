"""What people and programs see: shows what it is given and computes nothing."""
