"""Short syntax to long syntax, one file for each family of attributes. Trees in, trees out; the models only know the long form."""
