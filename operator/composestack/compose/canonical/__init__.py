"""Short syntax to long syntax, one file for each family of attributes. Trees in, trees out.

The models only know the long form. Start with document.py, the table of which function is for which attribute; typed.py
then turns the merged tree into the values of the models.
"""
