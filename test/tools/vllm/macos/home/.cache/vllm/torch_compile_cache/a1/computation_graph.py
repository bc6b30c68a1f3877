# made
