"""Static validation: what a program contains is read off before anything of it runs."""
