"""Reads what was handed in: a hostile `.ipynb`, as data. Runs nothing and believes no metadata.

notebook  the released notebook, and the parts of a submitted one; answers as literals
order     a submission in the order in which its notebook runs it, laid out as the template has it
ipython   what IPython makes of a cell
syntax    the only place that parses Python text
"""
